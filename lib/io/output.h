#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/file.h"
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

  // From now on a reader that does not read is waited for until a stop signal comes, or the
  // deadline (monotonic) is over. Then what is left is dropped, and the output is closed.
  void limit_waits(std::optional<std::int64_t> deadline_ns);
  // Whether that has happened.
  bool has_given_up() const { return has_given_up_; }

  Result<void> write(std::string_view bytes);
  Result<void> flush();
  bool is_closed() const { return is_closed_; }
  // Bytes that the descriptor has taken.
  std::int64_t written_bytes() const { return written_bytes_; }

 private:
  Result<void> write_through(std::string_view bytes);
  bool wait_for_room();

  System* system_;
  int fd_;
  std::string name_;
  std::string buffer_;
  bool is_closed_ = false;
  std::int64_t refusal_ = 0;  // The negated errno of the write that failed.
  bool has_limit_ = false;
  bool has_given_up_ = false;
  std::optional<std::int64_t> deadline_ns_;
  std::optional<File> unblocked_;  // The same pipe, opened once more.
  bool is_in_pieces_ = false;      // So small that a descriptor which has room takes them at once.
  std::int64_t written_bytes_ = 0;
};

}  // namespace estream::io
