#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>

#include "base/types.h"

namespace estream {

// A buffer that is reused from batch to batch, and only grows until it is released. Unlike a vector
// it does not clear new memory. So if an input claims a large size but does not fill it, the memory
// is never touched.
class ByteBuffer {
 public:
  std::byte* data() { return bytes_.get(); }
  const std::byte* data() const { return bytes_.get(); }
  std::size_t capacity() const { return capacity_; }

  MutableBytes first(std::size_t count) { return {bytes_.get(), count}; }

  // Makes room for `capacity` bytes and keeps the first `kept` bytes, if there were so many.
  void reserve(std::size_t capacity, std::size_t kept) {
    if (capacity <= capacity_) return;
    if (kept == 0) release();  // First, so that the old and the new memory never exist together.
    auto bytes = std::make_unique_for_overwrite<std::byte[]>(capacity);
    kept = std::min(kept, capacity_);
    if (kept > 0) std::memcpy(bytes.get(), bytes_.get(), kept);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }

  // The same for callers that will soon ask for more. It adds more than needed, so that the total
  // cost of the copies is proportional to the size. It never goes beyond `capacity_max`, which is
  // at least `needed`. The last step is never a small one, because it would copy nearly all for a
  // few bytes.
  void grow(std::size_t needed, std::size_t capacity_max, std::size_t kept) {
    if (needed <= capacity_) return;
    constexpr std::size_t smallest = 64 * 1024;
    const std::size_t generous = std::max({needed, smallest, 2 * capacity_});
    reserve(generous > capacity_max / 8 * 7 ? capacity_max : generous, kept);
  }

  void release() {
    bytes_.reset();
    capacity_ = 0;
  }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t capacity_ = 0;
};

}  // namespace estream
