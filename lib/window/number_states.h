#pragma once

#include <cstdint>
#include <string>

#include "base/varint.h"
#include "window/digit_counts.h"
#include "window/exact_sum.h"
#include "window/quantity.h"

namespace estream::window {

// The states of the plain aggregates of numbers. An aggregate_function makes them and the other
// states into functions, all by the same members: add, add_all (what another one has), append,
// save, load, which is false for damage, and where an event can be taken out again remove.

// sum: with as many digits behind the point as any of its parts.
class SumOfNumbers {
 public:
  void add(const Quantity& part);
  void remove(const Quantity& part);
  void add_all(const SumOfNumbers& other);
  void append(std::string& out) const { sum_.append(out, digits_.most()); }
  void save(std::string& out) const;
  bool load(VarintCursor& in);

 private:
  ExactSum sum_;
  DigitCounts digits_;
};

// mean: the nearest double.
class MeanOfNumbers {
 public:
  void add(const Quantity& part);
  void remove(const Quantity& part);
  void add_all(const MeanOfNumbers& other);
  void append(std::string& out) const;
  void save(std::string& out) const;
  bool load(VarintCursor& in);

 private:
  ExactSum sum_;
  std::int64_t count_ = 0;
};

// min and max: with as many digits behind the point as any of the numbers.
class ExtremeNumber {
 public:
  enum class Which { least, greatest };
  explicit ExtremeNumber(Which which) : which_(which) {}

  void add(const Quantity& number) { put(number, number.digits()); }
  void add_all(const ExtremeNumber& other);
  void append(std::string& out) const;
  void save(std::string& out) const;
  bool load(VarintCursor& in);

 private:
  void put(const Quantity& number, int digits);

  Quantity number_;
  std::int8_t digits_ = -1;  // The most of any number; -1 if there is none.
  Which which_;
};

}  // namespace estream::window
