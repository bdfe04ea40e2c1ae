#pragma once

#include <cstdint>
#include <tuple>

#include "base/sip_hash.h"

namespace estream::tool {

// One value that a key of a table has had: from a time on, until the next version of the key.
struct Version {
  Hash128 key;
  std::int64_t time_ms = 0;
  std::uint64_t place = 0;  // Of the value in a ValueStore; what was read later has a larger one.
  std::uint32_t size_bytes = 0;
  std::uint32_t partition = 0;
};

// Of the versions of a key, the one that counts is the last one by this: by time, and at the same
// time by partition and then by offset, as records are merged.
inline auto rank_of(const Version& version) {
  return std::tuple(version.time_ms, version.partition, version.place);
}

inline bool comes_before(const Version& a, const Version& b) {
  if (a.key.high != b.key.high) return a.key.high < b.key.high;
  if (a.key.low != b.key.low) return a.key.low < b.key.low;
  return rank_of(a) < rank_of(b);
}

// Whether it is of an earlier key, or of this one and not after the time.
inline bool is_up_to(const Version& version, const Hash128& key, std::int64_t time_ms) {
  if (version.key.high != key.high) return version.key.high < key.high;
  if (version.key.low != key.low) return version.key.low < key.low;
  return version.time_ms <= time_ms;
}

}  // namespace estream::tool
