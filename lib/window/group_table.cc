#include "window/group_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

#include "base/assert.h"

namespace estream::window {

namespace {

constexpr std::size_t slots_min = 8;

// The beginning of a text as a number that is in the same order, so that a sort rarely has to look
// at the texts.
std::uint64_t text_beginning(std::string_view text) {
  std::array<unsigned char, 8> bytes = {};
  std::memcpy(bytes.data(), text.data(), std::min(text.size(), bytes.size()));
  std::uint64_t number = 0;
  for (const unsigned char byte : bytes) number = number << 8 | byte;
  return number;
}

}  // namespace

GroupTable::GroupTable(std::size_t data_bytes)
    : data_bytes_((data_bytes + alignof(Header) - 1) / alignof(Header) * alignof(Header)) {}

// Neighbouring hashes must not be neighbours.
std::uint32_t GroupTable::tag_of(std::uint64_t hash) {
  return static_cast<std::uint32_t>((hash * 0x9E37'79B9'7F4A'7C15) >> 32);
}

const GroupTable::Header& GroupTable::header(Place place) const {
  return *std::launder(reinterpret_cast<const Header*>(arena_.at(place)));
}

const char* GroupTable::text(Place place) const {
  return reinterpret_cast<const char*>(data(place) + data_bytes_);
}

std::size_t GroupTable::block_bytes(std::size_t text_bytes) const {
  return sizeof(Header) + data_bytes_ + text_bytes;
}

GroupKey GroupTable::key(Place place) const {
  const Header& group = header(place);
  return {group.kind, {text(place), group.text_bytes}, group.hash};
}

bool GroupTable::is_at(Place place, const GroupKey& key) const { return this->key(place) == key; }

GroupTable::Place GroupTable::find(const GroupKey& key) const {
  if (slots_.empty()) return none;
  const std::uint32_t tag = tag_of(key.hash);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = tag & mask; slots_[at].place != none; at = (at + 1) & mask) {
    if (slots_[at].tag == tag && is_at(slots_[at].place, key)) return slots_[at].place;
  }
  return none;
}

void GroupTable::insert(Slot slot) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = slot.tag & mask;
  while (slots_[at].place != none) at = (at + 1) & mask;
  slots_[at] = slot;
}

void GroupTable::grow() {
  std::vector<Slot> old(std::max(slots_.size() * 2, slots_min));
  std::swap(old, slots_);
  for (const Slot& slot : old) {
    if (slot.place != none) insert(slot);
  }
}

GroupTable::Place GroupTable::add(const GroupKey& key) {
  if (size_ >= slots_.size() / 4 * 3) grow();
  ASSERT(key.text.size() < UINT32_MAX);
  const Place place = arena_.allocate(block_bytes(key.text.size()));
  new (arena_.at(place)) Header{key.hash, static_cast<std::uint32_t>(key.text.size()), key.kind};
  std::copy(key.text.begin(), key.text.end(), reinterpret_cast<char*>(data(place) + data_bytes_));
  insert({tag_of(key.hash), place});
  size_++;
  return place;
}

// The groups behind the removed one that could not be nearer to their own slots move up.
void GroupTable::remove(Place place) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t hole = tag_of(header(place).hash) & mask;
  while (slots_[hole].place != place) hole = (hole + 1) & mask;
  for (std::size_t at = (hole + 1) & mask; slots_[at].place != none; at = (at + 1) & mask) {
    const std::size_t wanted = slots_[at].tag & mask;
    if (((at - wanted) & mask) < ((at - hole) & mask)) continue;
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = {};
  arena_.release(place, block_bytes(header(place).text_bytes));
  size_--;
}

std::vector<GroupTable::Place> GroupTable::places() const {
  std::vector<Place> places;
  places.reserve(size_);
  for (const Slot& slot : slots_) {
    if (slot.place != none) places.push_back(slot.place);
  }
  return places;
}

std::vector<GroupTable::Place> GroupTable::sorted_places() const {
  struct Entry {
    std::uint64_t beginning;
    Place place;
  };
  std::vector<Entry> entries;
  entries.reserve(size_);
  for (const Place place : places()) entries.push_back({text_beginning(key(place).text), place});
  std::ranges::sort(entries, [&](const Entry& a, const Entry& b) {
    if (a.beginning != b.beginning) return a.beginning < b.beginning;
    return key(a.place) < key(b.place);
  });
  std::vector<Place> sorted;
  sorted.reserve(size_);
  for (const Entry& entry : entries) sorted.push_back(entry.place);
  return sorted;
}

}  // namespace estream::window
