#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "window/first_offsets.h"

namespace estream::window {

// Holds the events that open sessions rest on, without offsets in each session.
//
// The events of a session are at or after its start. So the starts of the open sessions are counted
// in buckets, and each bucket knows the first offsets of the events from its time on, up to the
// next bucket. What is before the oldest open session is released.
class HeldStarts {
 public:
  HeldStarts(std::size_t sources, std::int64_t bucket_ms, Retention& retention)
      : sources_(sources), bucket_ms_(bucket_ms), retention_(retention) {}

  void open(Timestamp start);
  void close(Timestamp start);
  // The event is in a session whose start was opened.
  void add(const Row& row);

  // See Task. The sessions open their starts again before load().
  void save(std::string& out) const;
  bool load(VarintCursor& in);

 private:
  struct Bucket {
    std::int64_t sessions = 0;
    FirstOffsets firsts;
  };

  std::int64_t number_of(Timestamp time) const;

  std::size_t sources_;
  std::int64_t bucket_ms_;
  Retention& retention_;
  std::map<std::int64_t, Bucket> buckets_;  // Only those in which open sessions start.
};

}  // namespace estream::window
