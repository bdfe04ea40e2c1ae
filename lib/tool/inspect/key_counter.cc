#include "tool/inspect/key_counter.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace estream::tool {

namespace {

// The standard library's hash is good for tables, not for bits in all places.
std::uint64_t mixed(std::uint64_t hash) {
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdULL;
  hash ^= hash >> 33;
  hash *= 0xc4ceb9fe1a85ec53ULL;
  return hash ^ (hash >> 33);
}

}  // namespace

void DistinctEstimate::add(std::string_view text) {
  const std::uint64_t hash = mixed(std::hash<std::string_view>()(text));
  const std::size_t index = hash >> (64 - index_bits);
  const int rank = std::min(std::countl_zero(hash << index_bits), 64 - index_bits) + 1;
  registers_.at(index) = std::max(registers_.at(index), static_cast<std::uint8_t>(rank));
}

std::int64_t DistinctEstimate::count() const {
  const auto size = static_cast<double>(registers_.size());
  double sum = 0;
  for (const std::uint8_t rank : registers_) sum += std::ldexp(1.0, -rank);
  const double alpha = 0.7213 / (1 + 1.079 / size);
  const double estimate = alpha * size * size / sum;
  const auto empty = static_cast<double>(std::ranges::count(registers_, 0));
  if (estimate <= 2.5 * size && empty > 0) return std::llround(size * std::log(size / empty));
  return std::llround(estimate);
}

void KeyCounter::add(std::optional<std::string_view> key) {
  records_++;
  if (!key) {
    null_count_++;
    return;
  }
  distinct_.add(*key);
  const auto found = entries_.find(*key);
  if (found != entries_.end()) {
    found->second.count++;
    return;
  }
  if (entries_.size() >= keys_max_) forget_rare();
  entries_.emplace(std::string(*key), Entry{1, forgotten_});
}

// Forgets the rarer half.
void KeyCounter::forget_rare() {
  std::vector<std::int64_t> counts;
  counts.reserve(entries_.size());
  for (const auto& [key, entry] : entries_) counts.push_back(entry.count + entry.missed_max);
  const auto middle = counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2);
  std::nth_element(counts.begin(), middle, counts.end());
  forgotten_ = std::max(forgotten_, *middle);
  std::erase_if(entries_, [this](const auto& item) {
    return item.second.count + item.second.missed_max <= forgotten_;
  });
}

std::vector<KeyCounter::Row> KeyCounter::top(std::size_t count) const {
  std::vector<Row> rows;
  if (null_count_ > 0) rows.push_back({std::nullopt, null_count_, true});
  using Item = const std::pair<const std::string, Entry>*;
  std::vector<Item> items;
  items.reserve(entries_.size());
  for (const auto& item : entries_) items.push_back(&item);
  const auto wanted = items.begin() + static_cast<std::ptrdiff_t>(std::min(count, items.size()));
  std::partial_sort(items.begin(), wanted, items.end(), [](Item a, Item b) {
    if (a->second.count != b->second.count) return a->second.count > b->second.count;
    return a->first < b->first;
  });
  for (auto item = items.begin(); item != wanted; item++) {
    const Entry& entry = (*item)->second;
    rows.push_back({(*item)->first, entry.count, entry.missed_max == 0});
  }
  std::ranges::stable_sort(rows, std::greater(), &Row::count);
  if (rows.size() > count) rows.resize(count);
  return rows;
}

std::int64_t KeyCounter::distinct() const {
  return is_exact() ? static_cast<std::int64_t>(entries_.size()) : distinct_.count();
}

}  // namespace estream::tool
