#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/types.h"
#include "base/zone.h"

namespace estream::tool {

// How many events, and stored bytes, there are in each stretch of time. Stretches have one length
// and begin at multiples of it, counted from midnight on 1970-01-01 by the clock of a zone: days
// begin at midnight. Stretches of more than an hour follow the clock where it changes, so that such
// a day has 23 or 25 hours.
class Histogram {
 public:
  struct Bucket {
    std::int64_t records = 0;
    std::int64_t bytes = 0;
  };
  struct Row {
    Timestamp begin;  // None for the events without a time.
    Bucket bucket;
  };

  explicit Histogram(std::int64_t bucket_ms, Zone zone = Zone::utc)
      : bucket_ms_(bucket_ms), zone_(zone) {}

  std::int64_t bucket_ms() const { return bucket_ms_; }
  // Where the bucket of this time begins.
  Timestamp begin_of(Timestamp time) const;

  void add(Timestamp time, std::int64_t records, std::int64_t bytes);
  // Events that are stored together in so many bytes, which are shared out among them.
  void add(const std::vector<Timestamp>& times, std::int64_t bytes);

  // In order, empty ones between others included, unless that would be more than `rows_max`: then
  // without them, so that one far time is a row and not a failure. Nothing when it still is more.
  std::optional<std::vector<Row>> rows(std::size_t rows_max) const;

  // A round length such that the times from `first` to `last` take so many rows at most.
  static std::int64_t fitting_bucket_ms(Timestamp first, Timestamp last, std::int64_t rows);

 private:
  std::int64_t number_of(Timestamp time) const;
  Timestamp begin_of_number(std::int64_t number) const;
  bool follows_clock() const;
  std::int64_t shift_ms(std::int64_t ms) const;

  std::int64_t bucket_ms_;
  Zone zone_;
  std::map<std::int64_t, Bucket> buckets_;
  Bucket timeless_;
};

}  // namespace estream::tool
