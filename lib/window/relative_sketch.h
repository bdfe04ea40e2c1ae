#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/varint.h"

namespace estream::window {

// How many values there are near each number, for quantiles of any number of values with a relative
// error of at most 1 %: DDSketch with linear interpolation (Masson, Rim and Lee, 2019). The buckets
// are 64 of equal width between a power of two and the next, so that a bucket is the first 18 bits
// of a double. What it answers depends on the values alone, not on their order. It grows with the
// range of the values, to at most 2 MB.
class RelativeSketch {
 public:
  void add(double value);  // Finite.
  void add_all(const RelativeSketch& other);

  std::int64_t count() const { return count_; }
  // About the value that is the `rank`-th smallest, from 1 to count().
  double at(std::int64_t rank) const;

  void save(std::string& out) const;
  // False for damage.
  bool load(VarintCursor& in);

 private:
  // A row of buckets that grows at both ends.
  struct Row {
    std::size_t first = 0;
    std::vector<std::int64_t> counts = {};

    void add(std::size_t bucket, std::int64_t count);
    void save(std::string& out) const;
    bool load(VarintCursor& in, std::int64_t& total);
  };

  double estimate(std::int64_t rank) const;

  Row positive_;
  Row negative_;
  std::int64_t zeros_ = 0;
  std::int64_t count_ = 0;
  double least_ = 0;
  double greatest_ = 0;
};

}  // namespace estream::window
