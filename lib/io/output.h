#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/system.h"

namespace estream::io {

// Standard output, or another descriptor, gathered into large writes. The rule of all tools: bulk
// is written in blocks, and everything is flushed before a wait, so that no reader ever needs an
// "unbuffered" flag.
//
// When the reader of the pipe has gone (EPIPE), is_closed() turns true and what follows is dropped:
// a tool looks at it and ends quietly. After any other refusal nothing is written any more, and all
// that is tried is the same error: what came behind the lost piece would make a gap that nobody
// sees.
class Output {
 public:
  // `name` is what errors call it ("standard output"). The descriptor is not closed.
  Output(System& system, int fd, std::string name);

  Result<void> write(std::string_view bytes);
  Result<void> flush();
  bool is_closed() const { return is_closed_; }
  // Bytes that the descriptor has taken.
  std::int64_t written_bytes() const { return written_bytes_; }

 private:
  Result<void> write_through(std::string_view bytes);

  System* system_;
  int fd_;
  std::string name_;
  std::string buffer_;
  bool is_closed_ = false;
  std::int64_t refusal_ = 0;  // The negated errno of the write that failed.
  std::int64_t written_bytes_ = 0;
};

}  // namespace estream::io
