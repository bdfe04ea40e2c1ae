#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace estream::tool {

// Estimates how many different texts there were, in 16 KiB and to within about 1 %: HyperLogLog
// (Flajolet and others, 2007) over 64-bit hashes, with linear counting where it is more exact.
class DistinctEstimate {
 public:
  void add(std::string_view text);
  std::int64_t count() const;

 private:
  static constexpr int index_bits = 14;
  std::array<std::uint8_t, std::size_t{1} << index_bits> registers_ = {};
};

// Counts how often each key is there. Exact up to a number of different keys. Beyond it the rarest
// ones are forgotten now and then, and each count may be too small by what was forgotten
// (Manku and Motwani's lossy counting, by the number of keys); the number of keys is then
// estimated.
class KeyCounter {
 public:
  explicit KeyCounter(std::size_t keys_max) : keys_max_(keys_max) {}

  void add(std::optional<std::string_view> key);

  struct Row {
    std::optional<std::string> key;
    std::int64_t count = 0;
    bool is_exact = true;
  };
  // The most frequent keys first, and those of the same count in the order of their bytes.
  std::vector<Row> top(std::size_t count) const;

  std::int64_t records() const { return records_; }
  // Without null.
  std::int64_t distinct() const;
  bool is_exact() const { return forgotten_ == 0; }

 private:
  struct Entry {
    std::int64_t count = 0;
    std::int64_t missed_max = 0;  // What may have been forgotten of it.
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  void forget_rare();

  std::size_t keys_max_;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
  std::int64_t records_ = 0;
  std::int64_t null_count_ = 0;
  std::int64_t forgotten_ = 0;  // The largest count that was forgotten.
  DistinctEstimate distinct_;
};

}  // namespace estream::tool
