#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "io/file.h"

namespace estream::io {

// One byte of a file, locked for as long as this lives. The lock belongs to the open file, so the
// kernel releases it when the process ends, however it ends. So there are no stale locks. `file`
// must outlive the lock and must be opened only once in a process.
class RangeLock {
 public:
  // Tries until it has the lock. Error::Code::busy after `timeout_ns` of monotonic time.
  static Result<RangeLock> acquire(const File& file, std::uint64_t byte, std::int64_t timeout_ns);

  ~RangeLock();
  RangeLock(RangeLock&& other) noexcept;
  RangeLock& operator=(RangeLock&&) = delete;

 private:
  RangeLock(const File& file, std::uint64_t byte) : file_(&file), byte_(byte) {}

  const File* file_;
  std::uint64_t byte_;
};

// Whether another open file holds a lock on the byte. Takes no lock.
Result<bool> is_locked(const File& file, std::uint64_t byte);

}  // namespace estream::io
