#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/sip_hash.h"

namespace estream::tool {

// Where in a sorted list of versions those of a key are, about. Keys are hashes, so the first bits
// of a key say it.
class KeyIndex {
 public:
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  // For a list of about `count` versions, with about so many in each range.
  KeyIndex(std::size_t count, std::size_t per_range)
      : bits_(static_cast<unsigned>(std::bit_width(count / per_range))) {
    starts_.reserve((std::size_t{1} << bits_) + 1);
  }

  // To be called for each version in order, and then end().
  void add(const Hash128& key) {
    while (starts_.size() <= range_of(key)) starts_.push_back(count_);
    count_++;
  }
  void end() { starts_.resize((std::size_t{1} << bits_) + 1, count_); }

  Range find(const Hash128& key) const {
    const std::size_t range = range_of(key);
    return {starts_[range], starts_[range + 1]};
  }
  std::size_t size_bytes() const { return starts_.capacity() * sizeof(std::size_t); }

 private:
  std::size_t range_of(const Hash128& key) const {
    return bits_ == 0 ? 0 : key.high >> (64 - bits_);
  }

  unsigned bits_;
  std::size_t count_ = 0;
  std::vector<std::size_t> starts_;
};

}  // namespace estream::tool
