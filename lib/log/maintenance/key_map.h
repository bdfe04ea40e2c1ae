#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/sip_hash.h"
#include "base/types.h"

namespace estream::log {

// The last offset of each key, in a bounded amount of memory: 24 bytes a slot, with a hash in the
// place of the key. See Hash128 for how sure it is that two keys are two.
class KeyMap {
 public:
  // The table never takes more than `bytes_max`; while it grows, the old one is there, too.
  KeyMap(std::size_t bytes_max, const HashSecret& secret);

  // Notes that `key` was seen at `offset`, which must be above the offsets before. False when there
  // is no room for another key; nothing has changed then.
  bool put(std::string_view key, Offset offset);

  std::optional<Offset> find(std::string_view key) const;

  std::size_t size() const { return size_; }

  // A mark on a key that is here; nothing when it is not. To be used when all keys are here.
  void mark(std::string_view key, bool is_set);
  std::int64_t count_marks() const;

 private:
  struct Slot {
    Hash128 hash;
    std::int64_t offset = -1;  // -1: free.
  };

  // Where the hash is, or where it would go.
  std::size_t place_of(const Hash128& hash) const;
  bool make_room();

  HashSecret secret_;
  std::size_t slots_max_;
  std::vector<Slot> slots_;  // A power of two, never full.
  std::size_t size_ = 0;
  std::vector<bool> marks_;  // By slot; empty as long as there is none.
};

}  // namespace estream::log
