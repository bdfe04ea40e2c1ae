#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/sip_hash.h"
#include "base/types.h"

namespace estream::log {

// The last offset of each key, in a limited amount of memory: a slot of 24 bytes for each key, with
// a hash in place of the key. Hash128 says how unlikely it is that two keys have the same hash.
class KeyMap {
 public:
  // The table never takes more than `bytes_max`. While it grows, the old table is in memory, too.
  KeyMap(std::size_t bytes_max, const HashSecret& secret);

  // Notes that `key` is at `offset`, which must be above all offsets before. False, and no change,
  // when there is no room for another key.
  bool put(std::string_view key, Offset offset);

  std::optional<Offset> find(std::string_view key) const;

  std::size_t size() const { return size_; }

  // Sets or clears a mark on a key. Does nothing if the key is not in the map. To be used when all
  // keys are in it.
  void mark(std::string_view key, bool is_set);
  std::int64_t count_marks() const;

 private:
  struct Slot {
    Hash128 hash;
    std::int64_t offset = -1;  // -1: free.
  };

  // The slot of the hash, or the free slot for it.
  std::size_t place_of(const Hash128& hash) const;
  bool make_room();

  HashSecret secret_;
  std::size_t slots_max_;
  std::vector<Slot> slots_;  // A power of two, never full.
  std::size_t size_ = 0;
  std::vector<bool> marks_;  // By slot; empty until the first mark.
};

}  // namespace estream::log
