#include "window/quantiles.h"

#include <algorithm>
#include <tuple>

#include "window/decimal_text.h"
#include "window/state_bytes.h"

namespace estream::window {

namespace {

constexpr std::size_t exact_values_max = 4096;

// Equal numbers may still differ: 1 and 1.0. Of these the order is fixed, too.
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
  digits_ = std::max(digits_, value.digits());
  if (!sketch_ && values_.size() == exact_values_max) make_sketch();
  if (sketch_) {
    sketch_->add(value.to_double());
  } else {
    values_.push_back(value);
  }
}

RelativeSketch& Quantiles::make_sketch() {
  if (sketch_) return *sketch_;
  sketch_ = std::make_unique<RelativeSketch>();
  for (const Quantity& value : values_) sketch_->add(value.to_double());
  values_ = {};
  return *sketch_;
}

void Quantiles::add_all(const Quantiles& other) {
  if (other.sketch_) make_sketch().add_all(*other.sketch_);
  for (const Quantity& value : other.values_) add(value);
  digits_ = std::max(digits_, other.digits_);
}

void Quantiles::append(std::string& out, unsigned per_mille) const {
  if (sketch_) {
    const auto rank = rank_of(static_cast<std::size_t>(sketch_->count()), per_mille);
    append_double(out, sketch_->at(static_cast<std::int64_t>(rank)));
    return;
  }
  if (values_.empty()) {
    out.append("null");
    return;
  }
  std::vector<Quantity> sorted = values_;
  const auto place =
      sorted.begin() + static_cast<std::ptrdiff_t>(rank_of(sorted.size(), per_mille)) - 1;
  std::ranges::nth_element(sorted, place, is_value_before);
  place->append(out, digits_);
}

void Quantiles::save(std::string& out) const {
  save_number(out, sketch_ ? -1 : std::ssize(values_));
  save_number(out, digits_);
  if (sketch_) return sketch_->save(out);
  std::vector<Quantity> sorted = values_;
  std::ranges::sort(sorted, is_value_before);
  for (const Quantity& value : sorted) value.save(out);
}

bool Quantiles::load(VarintCursor& in) {
  const std::int64_t count = in.varlong();
  const std::int64_t digits = load_count(in);
  if (!in.ok() || count > static_cast<std::int64_t>(exact_values_max) ||
      digits > fraction_digits_max)
    return false;
  digits_ = static_cast<int>(digits);
  if (count == -1) {
    return make_sketch().load(in) && sketch_->count() > static_cast<std::int64_t>(exact_values_max);
  }
  for (std::int64_t i = 0; i < count; i++) {
    const std::optional<Quantity> value = Quantity::load(in);
    if (!value || value->digits() > digits_) return false;
    values_.push_back(*value);
  }
  return true;
}

}  // namespace estream::window
