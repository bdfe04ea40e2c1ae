#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace estream::tool {

// Copies of short texts that live until the next reset, in blocks that are used again: no
// allocation for each of them, and no copy moves.
class Arena {
 public:
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > large_bytes) {
      large_.push_back(std::make_unique<char[]>(text.size()));
      std::memcpy(large_.back().get(), text.data(), text.size());
      return {large_.back().get(), text.size()};
    }
    if (block_ == blocks_.size() || used_ + text.size() > block_bytes) next_block();
    char* const place = blocks_[block_].get() + used_;
    std::memcpy(place, text.data(), text.size());
    used_ += text.size();
    return {place, text.size()};
  }

  void reset() {
    block_ = 0;
    used_ = 0;
    large_.clear();
  }

 private:
  static constexpr std::size_t block_bytes = 256 << 10;
  static constexpr std::size_t large_bytes = block_bytes / 4;

  void next_block() {
    if (block_ < blocks_.size()) block_++;
    if (block_ == blocks_.size()) blocks_.push_back(std::make_unique<char[]>(block_bytes));
    used_ = 0;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::vector<std::unique_ptr<char[]>> large_;
  std::size_t block_ = 0;
  std::size_t used_ = 0;
};

}  // namespace estream::tool
