#pragma once

#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string>

#include "base/result.h"
#include "base/types.h"
#include "json/event_parser.h"
#include "record/record.h"

namespace estream::read {

// Adds something to the values of records, before filters and everything else see them. Keys,
// headers and times stay.
class Enrichment {
 public:
  enum class Outcome {
    enriched,
    tombstone,   // There is no value to add to.
    impossible,  // Not a value to which anything can be added; it stays as it is.
  };

  virtual ~Enrichment() = default;

  // While this is held, equal records get equal values. enrich() is called only then.
  std::shared_lock<std::shared_mutex> hold() const { return std::shared_lock(mutex_); }

  // Appends the new value of `record` to `out`, or nothing. May be called from several threads at
  // once, each with its own parser, which forgets its last parse.
  virtual Result<Outcome> enrich(const RecordView& record, json::EventParser& parser,
                                 std::string& out) const = 0;

  // Whether it is time to enrich a batch with records up to this time; a reader that follows asks
  // it again later. `waiting_until_ns` is kept for the batch from one question to the next, and is
  // empty for the first one. Only for the thread that reads.
  virtual bool is_time_for(Timestamp newest, std::optional<std::int64_t>& waiting_until_ns) = 0;

 protected:
  // To be locked for every change of what values are made from.
  mutable std::shared_mutex mutex_;
};

// Records that were given out as they are because they could not be enriched.
struct PlainRecords {
  std::int64_t count = 0;
  std::string first = {};  // "orders/0@17".

  void add(const PlainRecords& later) {
    if (count == 0) first = later.first;
    count += later.count;
  }
};

}  // namespace estream::read
