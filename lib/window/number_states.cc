#include "window/number_states.h"

#include <algorithm>

#include "window/decimal_text.h"
#include "window/state_bytes.h"

namespace estream::window {

void SumOfNumbers::add(const Quantity& part) {
  sum_.add(part);
  digits_.add(part.digits());
}

void SumOfNumbers::remove(const Quantity& part) {
  sum_.remove(part);
  digits_.remove(part.digits());
}

void SumOfNumbers::add_all(const SumOfNumbers& other) {
  sum_.add_all(other.sum_);
  digits_.add_all(other.digits_);
}

void SumOfNumbers::save(std::string& out) const {
  sum_.save(out);
  digits_.save(out);
}

bool SumOfNumbers::load(VarintCursor& in) { return sum_.load(in) && digits_.load(in); }

void MeanOfNumbers::add(const Quantity& part) {
  sum_.add(part);
  count_++;
}

void MeanOfNumbers::remove(const Quantity& part) {
  sum_.remove(part);
  count_--;
}

void MeanOfNumbers::add_all(const MeanOfNumbers& other) {
  sum_.add_all(other.sum_);
  count_ += other.count_;
}

void MeanOfNumbers::append(std::string& out) const {
  if (count_ == 0) {
    out.append("null");
  } else {
    append_double(out, sum_.divided_by(static_cast<std::uint64_t>(count_)));
  }
}

void MeanOfNumbers::save(std::string& out) const {
  save_number(out, count_);
  sum_.save(out);
}

bool MeanOfNumbers::load(VarintCursor& in) {
  count_ = load_count(in);
  return sum_.load(in);
}

void ExtremeNumber::put(const Quantity& number, int digits) {
  // Of equal ones a decimal is kept, with the fewest digits, so that the order does not matter.
  const auto order = which_ == Which::least ? number <=> number_ : number_ <=> number;
  const bool is_plainer = number.is_exact() != number_.is_exact()
                              ? number.is_exact()
                              : number.digits() < number_.digits();
  if (digits_ < 0 || order < 0 || (order == 0 && is_plainer)) number_ = number;
  digits_ = static_cast<std::int8_t>(std::max<int>(digits_, digits));
}

void ExtremeNumber::add_all(const ExtremeNumber& other) {
  if (other.digits_ >= 0) put(other.number_, other.digits_);
}

void ExtremeNumber::append(std::string& out) const {
  if (digits_ < 0) {
    out.append("null");
  } else {
    number_.append(out, digits_);
  }
}

void ExtremeNumber::save(std::string& out) const {
  save_number(out, digits_);
  if (digits_ >= 0) number_.save(out);
}

bool ExtremeNumber::load(VarintCursor& in) {
  const std::int64_t digits = in.varlong();
  if (!in.ok() || digits < -1 || digits > fraction_digits_max) return false;
  if (digits == -1) return true;
  const std::optional<Quantity> number = Quantity::load(in);
  if (!number || number->digits() > digits) return false;
  put(*number, static_cast<int>(digits));
  return true;
}

}  // namespace estream::window
