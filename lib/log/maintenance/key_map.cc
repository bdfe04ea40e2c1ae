#include "log/maintenance/key_map.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace estream::log {

namespace {

constexpr std::size_t slots_min = 8;
constexpr std::size_t slots_first = 1024;

}  // namespace

KeyMap::KeyMap(std::size_t bytes_max, const HashSecret& secret)
    : secret_(secret), slots_max_(std::bit_floor(std::max(bytes_max / sizeof(Slot), slots_min))) {
  slots_.resize(std::min(slots_first, slots_max_));
}

std::size_t KeyMap::place_of(const Hash128& hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = hash.low & mask;
  while (slots_[place].offset >= 0 && slots_[place].hash != hash) place = (place + 1) & mask;
  return place;
}

// At most four fifths of the slots may be in use. With more, the runs of used slots become long.
bool KeyMap::make_room() {
  if (size_ < slots_.size() / 5 * 4) return true;
  if (slots_.size() >= slots_max_) return false;
  std::vector<Slot> old(slots_.size() * 2);
  std::swap(old, slots_);
  for (const Slot& slot : old) {
    if (slot.offset >= 0) slots_[place_of(slot.hash)] = slot;
  }
  return true;
}

bool KeyMap::put(std::string_view key, Offset offset) {
  const Hash128 hash = sip_hash(key, secret_);
  std::size_t place = place_of(hash);
  if (slots_[place].offset < 0) {
    if (!make_room()) return false;
    place = place_of(hash);
    size_++;
  }
  slots_[place] = {hash, offset.value};
  return true;
}

void KeyMap::mark(std::string_view key, bool is_set) {
  marks_.resize(slots_.size());
  const std::size_t place = place_of(sip_hash(key, secret_));
  if (slots_[place].offset >= 0) marks_[place] = is_set;
}

std::int64_t KeyMap::count_marks() const { return std::ranges::count(marks_, true); }

std::optional<Offset> KeyMap::find(std::string_view key) const {
  const Slot& slot = slots_[place_of(sip_hash(key, secret_))];
  if (slot.offset < 0) return std::nullopt;
  return Offset{slot.offset};
}

}  // namespace estream::log
