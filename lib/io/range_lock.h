#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "io/file.h"

namespace estream::io {

// One byte of a file, locked for as long as this lives. The lock belongs to the open file, so the
// kernel releases it when the process ends in whatever way; there is nothing stale to break. `file`
// must outlive the lock and must be opened once per process.
class RangeLock {
 public:
  // Tries until it has the lock or `timeout_ns` of monotonic time have passed; then the answer is
  // Error::Code::busy.
  static Result<RangeLock> acquire(const File& file, std::uint64_t byte, std::int64_t timeout_ns);

  ~RangeLock();
  RangeLock(RangeLock&& other) noexcept;
  RangeLock& operator=(RangeLock&&) = delete;

 private:
  RangeLock(const File& file, std::uint64_t byte) : file_(&file), byte_(byte) {}

  const File* file_;
  std::uint64_t byte_;
};

}  // namespace estream::io
