#include "read/start_position.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "read/batch_walk.h"
#include "text/say.h"
#include "text/size.h"

namespace estream::read {

namespace {

using Kind = text::Position::Kind;

std::string shown(Offset offset) { return std::to_string(offset.value); }

Offset saturating_add(Offset offset, std::int64_t count) {
  return count > INT64_MAX - offset.value ? Offset{INT64_MAX} : offset + count;
}

void warn_of_deleted(const PartitionSource& source, Offset wanted) {
  const Offset start = source.reader.log_start_offset();
  text::say(text::Level::warning, source.name + ": retention deleted offsets " + shown(wanted) +
                                      " to " + shown(start + -1) + "; continuing at " +
                                      shown(start));
}

// The headers show only the first batch that reaches the time. To find the record, the batch is
// decoded.
Result<Offset> first_at_or_after(PartitionSource& source, Timestamp time) {
  const Offset reaching = TRY(source.reader.offset_reaching(time));
  // When damage hides the end, the search meets the damage, unless it finds a record before.
  const Offset end = source.reader.knows_end() ? TRY(visible_end(source)) : Offset{INT64_MAX};
  BatchWalk walk(source);
  TRY(walk.begin({.begin = reaching, .end = end, .times = {.since = time}}));
  while (const auto header = TRY(walk.next())) {
    if (header->max_timestamp < time) continue;
    const auto records = TRY(walk.records());
    if (!records.empty()) return records.front().offset;
  }
  return end;
}

// How many records there are from an offset on. If the record with the wanted number, counted from
// 0, is among them, the count stops there and has its offset.
struct CountedRecords {
  std::int64_t count = 0;
  std::optional<Offset> found = {};
};

// How many of the batch that `walk` is at are in its window.
Result<std::int64_t> count_in(BatchWalk& walk, const BatchHeader& header) {
  if (header.base_offset < walk.window().begin) return std::ssize(TRY(walk.records()));
  TRY(walk.check());
  return header.record_count;
}

Result<CountedRecords> count_records(PartitionSource& source, Offset begin, Offset end,
                                     std::int64_t wanted = INT64_MAX) {
  BatchWalk walk(source);
  TRY(walk.begin({.begin = begin, .end = end}));
  CountedRecords counted;
  while (const auto header = TRY(walk.next())) {
    if (wanted - counted.count >= header->record_count) {
      counted.count += TRY(count_in(walk, *header));
      continue;
    }
    const auto records = TRY(walk.records());
    if (wanted - counted.count < std::ssize(records)) {
      counted.found = records[static_cast<std::size_t>(wanted - counted.count)].offset;
      return counted;
    }
    counted.count += std::ssize(records);
  }
  return counted;
}

// The offset is beyond the end if the record does not exist yet.
Result<Offset> nth_from_start(PartitionSource& source, std::int64_t number) {
  const Offset start = source.reader.log_start_offset();
  const Offset end = TRY(visible_end(source));
  const CountedRecords counted = TRY(count_records(source, start, end, number));
  return counted.found.value_or(saturating_add(end, number - counted.count));
}

// Goes back in growing steps, because there may be gaps.
Result<Offset> nth_from_end(PartitionSource& source, std::int64_t number) {
  const Offset start = source.reader.log_start_offset();
  const Offset end = TRY(visible_end(source));
  if (number == 0) return end;
  for (std::int64_t span = number;;) {
    const Offset begin = std::max(start, end + -std::min(span, end.value));
    const std::int64_t count = TRY(count_records(source, begin, end)).count;
    if (count >= number) {
      return TRY(count_records(source, begin, end, count - number)).found.value_or(begin);
    }
    if (begin <= start) return start;
    span = span > INT64_MAX / 4 ? INT64_MAX : span * 4;
  }
}

// How many records of the batch are certainly before `end`.
std::int64_t records_before(const BatchHeader& header, Offset end) {
  if (header.last_offset() < end) return header.record_count;
  const bool has_gaps = header.record_count != header.last_offset_delta + 1;
  return has_gaps ? 0 : std::max<std::int64_t>(end - header.base_offset, 0);
}

// How many records are certainly in the batches that begin in [begin, end), and before `end`.
Result<std::int64_t> count_between(PartitionSource& source, Offset begin, Offset end) {
  BatchWalk walk(source);
  TRY(walk.begin({.begin = begin, .end = end}));
  std::int64_t count = 0;
  while (const auto header = TRY(walk.next())) {
    if (header->base_offset >= begin) count += records_before(*header, end);
  }
  return count;
}

// The smallest time in the batch that `walk` is at, or in the part of it that is in the window.
Result<Timestamp> oldest_in(BatchWalk& walk, const BatchHeader& header) {
  if (const auto smallest = walk.source().reader.smallest_timestamp(header)) return *smallest;
  Timestamp oldest = header.max_timestamp;
  for (const RecordView& record : TRY(walk.records())) oldest = std::min(oldest, record.timestamp);
  return oldest;
}

}  // namespace

Result<Offset> resolve_position(PartitionSource& source, const text::Position& position) {
  const Offset start = source.reader.log_start_offset();
  switch (position.kind) {
    case Kind::earliest:
      return start;
    case Kind::latest: {
      const Offset visible = TRY(visible_end(source));
      return std::max(start, source.latest ? std::min(visible, *source.latest) : visible);
    }
    case Kind::absolute:
      if (Offset{position.value} < start) warn_of_deleted(source, {position.value});
      return std::max(start, Offset{position.value});
    case Kind::from_start:
      return nth_from_start(source, position.value);
    case Kind::from_end:
      return nth_from_end(source, position.value);
    case Kind::time:
      return first_at_or_after(source, {position.value});
  }
  return start;
}

Result<Offset> resolve_cursor(const PartitionSource& source, const CursorPosition& position) {
  if (topic::are_different(position.topic_id, source.topic->id())) {
    return Error{Error::Code::corrupt,
                 source.name + ": the cursor belongs to the topic with " +
                     describe(position.topic_id) + ", and this one has " +
                     describe(source.topic->id()) +
                     ": another topic is in its place; begin with another cursor file"};
  }
  const Offset end = source.reader.end_offset();
  if (position.offset > end) {
    TRY(source.reader.known_end());
    return Error{Error::Code::corrupt,
                 source.name + ": the cursor is at offset " + shown(position.offset) +
                     ", but the log ends at " + shown(end) +
                     ": this is not the log that it was made for, or the log lost its end"};
  }
  const Offset before = {std::max<std::int64_t>(position.offset.value - 1, 0)};
  const std::optional<std::int32_t> epoch = source.reader.epochs().at(before);
  if (epoch && position.epoch && epoch != position.epoch) {
    return Error{Error::Code::corrupt,
                 source.name + ": the cursor has seen offset " + shown(before) + " in epoch " +
                     std::to_string(*position.epoch) + ", now it is of epoch " +
                     std::to_string(*epoch) + ": the log was cut there and written again"};
  }
  const Offset start = source.reader.log_start_offset();
  if (position.offset < start) warn_of_deleted(source, position.offset);
  return std::max(position.offset, start);
}

Result<Offset> tail_begin(PartitionSource& source, const ReadWindow& window, std::int64_t count) {
  const Offset visible = TRY(visible_end(source));
  const Offset end = std::min(window.end, visible);
  Offset begin = end;
  for (std::int64_t span = std::max<std::int64_t>(count, 1);;) {
    begin = std::max(window.begin, end + -std::min(span, end.value));
    if (begin <= window.begin) return window.begin;
    const std::int64_t found = TRY(count_between(source, begin, end));
    if (found >= count) break;
    span = span > INT64_MAX / 4 ? INT64_MAX : span * 4;  // There are gaps.
  }
  BatchWalk walk(source);
  TRY(walk.begin({.begin = begin, .end = end}));
  const auto header = TRY(walk.next());
  if (!header) return begin;
  // A merge by time holds a record back behind a newer one of its partition. If there is such a
  // newer record before `begin`, the merge has to begin with it.
  const std::int64_t oldest_ms = TRY(oldest_in(walk, *header)).ms;
  if (oldest_ms == INT64_MAX) return std::max(window.begin, std::min(begin, header->base_offset));
  const Offset reaching = TRY(source.reader.offset_reaching({oldest_ms + 1}));
  return std::max(window.begin, std::min({begin, header->base_offset, reaching}));
}

}  // namespace estream::read
