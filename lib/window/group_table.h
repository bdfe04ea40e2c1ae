#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "window/block_arena.h"
#include "window/row.h"

namespace estream::window {

// Groups by their keys, with some bytes for each. It has a copy of the keys. All is flat: a group
// of 1 M takes 24 to 32 bytes besides its key and its data.
class GroupTable {
 public:
  using Place = BlockArena::Place;
  static constexpr Place none = BlockArena::none;

  explicit GroupTable(std::size_t data_bytes);

  std::size_t size() const { return size_; }

  // Or none.
  Place find(const GroupKey& key) const;
  // The key must not be there. The data is not set.
  Place add(const GroupKey& key);
  void remove(Place place);

  // Both are aligned for every type, and stay where they are.
  std::byte* data(Place place) { return arena_.at(place) + sizeof(Header); }
  const std::byte* data(Place place) const { return arena_.at(place) + sizeof(Header); }
  GroupKey key(Place place) const;

  std::vector<Place> places() const;
  // By their keys.
  std::vector<Place> sorted_places() const;

 private:
  struct alignas(16) Header {
    std::uint64_t hash;
    std::uint32_t text_bytes;
    GroupKey::Kind kind;
  };
  struct Slot {
    std::uint32_t tag = 0;  // Of the hash.
    Place place = none;
  };

  static std::uint32_t tag_of(std::uint64_t hash);
  const Header& header(Place place) const;
  const char* text(Place place) const;
  std::size_t block_bytes(std::size_t text_bytes) const;
  bool is_at(Place place, const GroupKey& key) const;
  void grow();
  void insert(Slot slot);

  std::size_t data_bytes_;
  BlockArena arena_;         // Header, data, text of the key.
  std::vector<Slot> slots_;  // A power of two, never full: linear probing.
  std::size_t size_ = 0;
};

}  // namespace estream::window
