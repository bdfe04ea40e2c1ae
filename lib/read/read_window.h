#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/types.h"
#include "log/partition_reader.h"
#include "record/batch_header.h"
#include "record/record.h"

namespace estream::read {

// Timestamps at or after `since` and before `until`. A missing value is no limit.
struct TimeRange {
  std::optional<Timestamp> since = {};
  std::optional<Timestamp> until = {};

  bool is_everything() const { return !since && !until; }
  bool is_reached_by(Timestamp time) const { return !since || time >= *since; }
  bool is_left_by(Timestamp time) const { return until && time >= *until; }
  bool contains(Timestamp time) const { return is_reached_by(time) && !is_left_by(time); }
};

// The records of a partition that are wanted: those with an offset in [begin, end) and a time in
// `times`. Both conditions are needed, because timestamps need not grow with the offsets. If there
// are `picks`, only these offsets are wanted. They are ascending and within the window.
struct ReadWindow {
  Offset begin;
  Offset end = {INT64_MAX};
  TimeRange times = {};
  std::span<const Offset> picks = {};

  bool contains(Offset offset) const { return offset >= begin && offset < end; }
  bool contains(const RecordView& record) const {
    return contains(record.offset) && times.contains(record.timestamp);
  }
};

// Tells the progress that the offsets of the window are to be read, if they have an end.
void add_to_total(const ReadWindow& window);

enum class Overlap { none, part, all };

// How many of a batch's records are in the window, as far as its header tells. `part` means that
// the batch has to be decoded to know it. `smallest` is the batch's smallest timestamp, if it is
// known (PartitionReader::smallest_timestamp).
Overlap overlap_of(const BatchHeader& header, std::optional<Timestamp> smallest,
                   const ReadWindow& window);
Overlap overlap_of(const BatchHeader& header, const log::PartitionReader& reader,
                   const ReadWindow& window);

// Whether it is known that all of the batch's records are at or after the range's end.
bool is_beyond(std::optional<Timestamp> smallest, const TimeRange& times);

}  // namespace estream::read
