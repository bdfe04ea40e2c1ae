#include "window/held_starts.h"

#include <iterator>
#include <utility>

#include "base/assert.h"
#include "base/date_time.h"
#include "window/state_bytes.h"

namespace estream::window {

std::int64_t HeldStarts::number_of(Timestamp time) const {
  return floor_divide(time.ms, bucket_ms_);
}

void HeldStarts::open(Timestamp start) {
  const std::int64_t number = number_of(start);
  buckets_.try_emplace(number, Bucket{.firsts = FirstOffsets(sources_)}).first->second.sessions++;
}

// Older sessions may need the events of the bucket as well.
void HeldStarts::close(Timestamp start) {
  const auto place = buckets_.find(number_of(start));
  ASSERT(place != buckets_.end());
  if (--place->second.sessions > 0) return;
  if (place == buckets_.begin()) {
    place->second.firsts.release(retention_);
  } else {
    std::prev(place)->second.firsts.take(place->second.firsts, retention_);
  }
  buckets_.erase(place);
}

void HeldStarts::add(const Row& row) {
  const auto behind = buckets_.upper_bound(number_of(row.time));
  ASSERT(behind != buckets_.begin());
  std::prev(behind)->second.firsts.add(row, retention_);
}

void HeldStarts::save(std::string& out) const {
  for (const auto& [number, bucket] : buckets_) bucket.firsts.save(out);
}

bool HeldStarts::load(VarintCursor& in) {
  for (auto& [number, bucket] : buckets_) {
    if (!bucket.firsts.load(in, retention_)) return false;
  }
  return true;
}

}  // namespace estream::window
