#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "window/aggregation.h"

namespace estream::window {

// The state of one group on the heap. The aggregation must outlive it.
class OwnedState {
 public:
  explicit OwnedState(const Aggregation& aggregation) : aggregation_(&aggregation) {
    const std::size_t size = aggregation.state_bytes();
    if (size != 0) bytes_ = std::make_unique<std::byte[]>(size);
    aggregation_->begin(bytes_.get());
  }
  ~OwnedState() {
    if (aggregation_ != nullptr) aggregation_->end(bytes_.get());
  }
  OwnedState(OwnedState&& other) noexcept
      : aggregation_(std::exchange(other.aggregation_, nullptr)), bytes_(std::move(other.bytes_)) {}
  OwnedState& operator=(OwnedState&& other) noexcept {
    std::swap(aggregation_, other.aggregation_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }

  // Begins anew.
  void reset() {
    aggregation_->end(bytes_.get());
    aggregation_->begin(bytes_.get());
  }

  std::byte* get() { return bytes_.get(); }
  const std::byte* get() const { return bytes_.get(); }

 private:
  const Aggregation* aggregation_;  // Null when it was moved away.
  std::unique_ptr<std::byte[]> bytes_;
};

}  // namespace estream::window
