#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/varint.h"
#include "window/quantity.h"
#include "window/relative_sketch.h"

namespace estream::window {

// The values of which percentiles are wanted: themselves up to 4096, beyond them a sketch.
class Quantiles {
 public:
  void add(const Quantity& value);
  void add_all(const Quantiles& other);

  bool is_estimate() const { return sketch_ != nullptr; }
  // The smallest value that so many thousandths of all are not above, or null when there is none.
  void append(std::string& out, unsigned per_mille) const;

  void save(std::string& out) const;
  // False for damage.
  bool load(VarintCursor& in);

 private:
  std::size_t size() const { return short_.size() + long_.size(); }
  RelativeSketch& make_sketch();
  Quantity number_of(std::int64_t short_value) const;
  Quantity at(std::size_t rank) const;  // Of all values, from 0.

  // Nearly all numbers have up to four digits behind the point, and times 10^4 they fit 64 bits.
  // They take a quarter of the room of a Quantity here.
  std::vector<std::int64_t> short_;
  std::vector<Quantity> long_;              // The others.
  std::unique_ptr<RelativeSketch> sketch_;  // If it is there, there are no values.
  int digits_ = 0;                          // The most of any value, for exact results.
};

}  // namespace estream::window
