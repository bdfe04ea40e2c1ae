#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/file.h"
#include "io/system.h"

namespace estream::io {

// Standard output, or another descriptor, with large writes. All tools have the same rule: they
// write in blocks while there is more output, and flush everything before a wait. So a reader never
// needs an "unbuffered" flag.
//
// When the reader of the pipe has gone (EPIPE), is_closed() becomes true and all further output is
// dropped. A tool checks is_closed() and ends quietly. After any other error nothing is written any
// more, and each call returns the same error. Otherwise there would be a gap in the output that
// nobody sees.
class Output {
 public:
  // Errors use `name`, for example "standard output". The descriptor is not closed.
  Output(System& system, int fd, std::string name);

  // From now on, a wait for a reader that does not read ends when a stop signal comes, or at the
  // deadline (of the monotonic clock). Then the rest is dropped, and the output is closed.
  void limit_waits(std::optional<std::int64_t> deadline_ns);
  // Whether a wait has ended in this way.
  bool has_given_up() const { return has_given_up_; }

  Result<void> write(std::string_view bytes);
  Result<void> flush();
  bool is_closed() const { return is_closed_; }
  // How many bytes were written to the descriptor.
  std::int64_t written_bytes() const { return written_bytes_; }

 private:
  Result<void> write_through(std::string_view bytes);
  bool wait_for_room();

  System* system_;
  int fd_;
  std::string name_;
  std::string buffer_;
  bool is_closed_ = false;
  std::int64_t refusal_ = 0;  // The negated errno of the failed write.
  bool has_limit_ = false;
  bool has_given_up_ = false;
  std::optional<std::int64_t> deadline_ns_;
  std::optional<File> unblocked_;  // The same pipe, opened once more.
  bool is_in_pieces_ = false;      // Writes are so small that a descriptor with room never blocks.
  std::int64_t written_bytes_ = 0;
};

}  // namespace estream::io
