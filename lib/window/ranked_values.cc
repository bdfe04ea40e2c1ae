#include "window/ranked_values.h"

#include <algorithm>

#include "json/syntax_check.h"
#include "window/order_bytes.h"
#include "window/state_bytes.h"

namespace estream::window {

bool RankedValues::is_before(const Quantity& a_number, const EventOrder& a_order,
                             const Entry& b) const {
  if (by_ == By::number) {
    const auto order = a_number <=> b.number;
    if (order != 0) return order > 0;
  }
  return a_order < b.order;
}

void RankedValues::add(const Argument& value, const EventOrder& order) {
  put(value.number, order, value.json);
}

void RankedValues::put(const Quantity& number, const EventOrder& order, std::string_view json) {
  // Most values come in order, and most are not among the first ones.
  auto place = entries_.end();
  while (place != entries_.begin() && is_before(number, order, *(place - 1))) --place;
  if (entries_.size() == size_) {
    if (place == entries_.end()) return;
    entries_.pop_back();
  }
  entries_.insert(place, Entry{number, order, std::string(json)});
}

void RankedValues::add_all(const RankedValues& other) {
  for (const Entry& entry : other.entries_) put(entry.number, entry.order, entry.json);
}

void RankedValues::append(std::string& out) const {
  out.push_back('[');
  for (const Entry& entry : entries_) {
    if (&entry != &entries_.front()) out.push_back(',');
    out.append(entry.json);
  }
  out.push_back(']');
}

void RankedValues::save(std::string& out) const {
  save_number(out, std::ssize(entries_));
  for (const Entry& entry : entries_) {
    if (by_ == By::number) entry.number.save(out);
    save_order(out, entry.order);
    save_text(out, entry.json);
  }
}

bool RankedValues::load(VarintCursor& in) {
  const std::int64_t count = load_count(in);
  if (count > std::int64_t{size_}) return false;
  for (std::int64_t i = 0; i < count; i++) {
    Quantity number;
    if (by_ == By::number) {
      const std::optional<Quantity> saved = Quantity::load(in);
      if (!saved) return false;
      number = *saved;
    }
    const EventOrder order = load_order(in);
    const std::string_view json = load_text(in);
    if (!in.ok() || json::first_fault(json, json::depth_max)) return false;
    put(number, order, json);
  }
  return in.ok();
}

}  // namespace estream::window
