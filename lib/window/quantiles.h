#pragma once

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
  RelativeSketch& make_sketch();

  std::vector<Quantity> values_;
  std::unique_ptr<RelativeSketch> sketch_;  // If it is there, values_ is empty.
  int digits_ = 0;                          // The most of any value.
};

}  // namespace estream::window
