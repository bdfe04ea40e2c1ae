#include "window/quantiles.h"

#include <algorithm>
#include <tuple>

#include "window/decimal_text.h"
#include "window/state_bytes.h"

namespace estream::window {

namespace {

constexpr std::size_t exact_values_max = 4096;
constexpr int short_digits = 4;

// Equal numbers may still differ: 1.00000 and 1.000000. Of these the order is fixed, too.
bool is_value_before(const Quantity& a, const Quantity& b) {
  const auto order = a <=> b;
  if (order != 0) return order < 0;
  return std::tuple(!a.is_exact(), a.digits()) < std::tuple(!b.is_exact(), b.digits());
}

std::size_t rank_of(std::size_t count, unsigned per_mille) {
  return (count * per_mille + 999) / 1000;
}

}  // namespace

void Quantiles::add(const Quantity& value) {
  if (!sketch_ && size() == exact_values_max) make_sketch();
  if (sketch_) return sketch_->add(value.to_double());
  digits_ = std::max(digits_, value.digits());
  if (const std::optional<std::int64_t> integer = value.shifted(short_digits)) {
    short_.push_back(*integer);
  } else {
    long_.push_back(value);
  }
}

// Without more digits than any value has.
Quantity Quantiles::number_of(std::int64_t short_value) const {
  const int digits = std::min(digits_, short_digits);
  const std::uint64_t dropped = powers_of_ten[static_cast<std::size_t>(short_digits - digits)];
  return Quantity::of_shifted(short_value / static_cast<std::int64_t>(dropped), digits);
}

RelativeSketch& Quantiles::make_sketch() {
  if (sketch_) return *sketch_;
  sketch_ = std::make_unique<RelativeSketch>();
  for (const std::int64_t value : short_) sketch_->add(number_of(value).to_double());
  for (const Quantity& value : long_) sketch_->add(value.to_double());
  short_ = {};
  long_ = {};
  return *sketch_;
}

void Quantiles::add_all(const Quantiles& other) {
  if (other.sketch_) make_sketch().add_all(*other.sketch_);
  for (const std::int64_t value : other.short_) add(other.number_of(value));
  for (const Quantity& value : other.long_) add(value);
}

void Quantiles::append(std::string& out, unsigned per_mille) const {
  if (sketch_) {
    const auto rank = rank_of(static_cast<std::size_t>(sketch_->count()), per_mille);
    append_double(out, sketch_->at(static_cast<std::int64_t>(rank)));
  } else if (size() == 0) {
    out.append("null");
  } else {
    at(rank_of(size(), per_mille) - 1).append(out, digits_);
  }
}

Quantity Quantiles::at(std::size_t rank) const {
  const auto place = static_cast<std::ptrdiff_t>(rank);
  if (long_.empty()) {
    std::vector<std::int64_t> values = short_;
    std::ranges::nth_element(values, values.begin() + place);
    return number_of(values[rank]);
  }
  std::vector<Quantity> values = long_;
  for (const std::int64_t value : short_) values.push_back(number_of(value));
  std::ranges::nth_element(values, values.begin() + place, is_value_before);
  return values[rank];
}

void Quantiles::save(std::string& out) const {
  if (sketch_) {
    save_number(out, -1);
    return sketch_->save(out);
  }
  save_number(out, digits_);
  save_number(out, std::ssize(short_));
  std::vector<std::int64_t> short_values = short_;
  std::ranges::sort(short_values);
  for (const std::int64_t value : short_values) save_number(out, value);
  save_number(out, std::ssize(long_));
  std::vector<Quantity> long_values = long_;
  std::ranges::sort(long_values, is_value_before);
  for (const Quantity& value : long_values) value.save(out);
}

bool Quantiles::load(VarintCursor& in) {
  constexpr auto exact_max = static_cast<std::int64_t>(exact_values_max);
  const std::int64_t digits = in.varlong();
  if (digits == -1) return make_sketch().load(in) && sketch_->count() > exact_max;
  if (digits < 0 || digits > fraction_digits_max) return false;
  digits_ = static_cast<int>(digits);
  const std::int64_t short_count = load_count(in);
  for (std::int64_t i = 0; i < short_count && in.ok(); i++) short_.push_back(in.varlong());
  const std::int64_t long_count = load_count(in);
  if (!in.ok() || short_count + long_count > exact_max) return false;
  for (std::int64_t i = 0; i < long_count; i++) {
    const std::optional<Quantity> value = Quantity::load(in);
    if (!value || value->digits() > digits_) return false;
    long_.push_back(*value);
  }
  return true;
}

}  // namespace estream::window
