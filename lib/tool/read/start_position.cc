#include "tool/read/start_position.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "cli/say.h"
#include "cli/size.h"
#include "record/batch_records.h"

namespace estream::tool {

namespace {

using Kind = cli::Position::Kind;

std::string shown(Offset offset) { return std::to_string(offset.value); }

Offset saturating_add(Offset offset, std::int64_t count) {
  return count > INT64_MAX - offset.value ? Offset{INT64_MAX} : offset + count;
}

void warn_of_deleted(const PartitionSource& source, Offset wanted) {
  const Offset start = source.reader.log_start_offset();
  cli::say(cli::Level::warning, source.name + ": retention deleted offsets " + shown(wanted) +
                                    " to " + shown(start + -1) + "; going on at " + shown(start));
}

// Only the first batch that reaches the time can be found by headers; which of its records does,
// only inside.
Result<Offset> first_at_or_after(PartitionSource& source, Timestamp time) {
  log::PartitionReader& reader = source.reader;
  const Offset reaching = TRY(reader.offset_reaching(time));
  TRY(reader.seek(reaching));
  BatchDecoder decoder;
  std::vector<std::byte> bytes;
  while (const auto header = TRY(reader.peek())) {
    if (header->is_control || header->max_timestamp < time) {
      reader.skip();
      continue;
    }
    TRY(reader.read(bytes));
    for (const RecordView& record : TRY(decoder.decode(*header, bytes))) {
      if (record.timestamp >= time) return record.offset;
    }
  }
  return reader.end_offset();
}

// How many records of the batch are surely at or after `begin` and before `end`.
std::int64_t records_between(const BatchHeader& header, Offset begin, Offset end) {
  // Of transactions nobody knows here which of them count.
  if (header.is_control || header.is_transactional) return 0;
  const Offset first = std::max(header.base_offset, begin);
  const Offset next = std::min(header.next_offset(), end);
  if (next - first == header.last_offset_delta + 1) return header.record_count;
  const bool has_gaps = header.record_count != header.last_offset_delta + 1;
  return has_gaps ? 0 : std::max<std::int64_t>(next - first, 0);
}

Result<std::int64_t> count_records(log::PartitionReader& reader, Offset begin, Offset end) {
  TRY(reader.seek(begin));
  std::int64_t count = 0;
  while (const auto header = TRY(reader.peek())) {
    if (header->base_offset >= end) break;
    count += records_between(*header, begin, end);
    reader.skip();
  }
  return count;
}

// The smallest time in the batch of the last peek().
Result<Timestamp> oldest_in(log::PartitionReader& reader, const BatchHeader& header) {
  if (const auto smallest = reader.smallest_timestamp(header)) return *smallest;
  const std::string place = reader.place();
  std::vector<std::byte> bytes;
  TRY(reader.read(bytes));
  BatchDecoder decoder;
  const auto records = decoder.decode(header, bytes);
  if (!records) return Error{records.error().code, place + ": " + records.error().message};
  Timestamp oldest = header.max_timestamp;
  for (const RecordView& record : *records) oldest = std::min(oldest, record.timestamp);
  return oldest;
}

}  // namespace

Result<Offset> resolve_position(PartitionSource& source, const cli::Position& position) {
  const Offset start = source.reader.log_start_offset();
  const Offset end = source.reader.end_offset();
  switch (position.kind) {
    case Kind::earliest:
      return start;
    case Kind::latest:
      return source.latest ? std::max(start, *source.latest) : end;
    case Kind::absolute:
      if (Offset{position.value} < start) warn_of_deleted(source, {position.value});
      return std::max(start, Offset{position.value});
    case Kind::from_start:
      return saturating_add(start, position.value);
    case Kind::from_end:
      return std::max(start, end + -std::min(position.value, end.value));
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
                     std::to_string(*epoch) + ": the log was cut there and written anew"};
  }
  const Offset start = source.reader.log_start_offset();
  if (position.offset < start) warn_of_deleted(source, position.offset);
  return std::max(position.offset, start);
}

Result<Offset> tail_begin(PartitionSource& source, const ReadWindow& window, std::int64_t count) {
  log::PartitionReader& reader = source.reader;
  const Offset end = std::min(window.end, reader.end_offset());
  Offset begin = end;
  for (std::int64_t span = std::max<std::int64_t>(count, 1);;) {
    begin = std::max(window.begin, end + -std::min(span, end.value));
    if (begin <= window.begin) return window.begin;
    const std::int64_t found = TRY(count_records(reader, begin, end));
    if (found >= count) break;
    span = span > INT64_MAX / 4 ? INT64_MAX : span * 4;  // There are gaps.
  }
  TRY(reader.seek(begin));
  const auto header = TRY(reader.peek());
  if (!header) return begin;
  // A merge by time holds a record back as long as one before it in its partition is newer. If
  // there are such before `begin`, it has to begin with them.
  const std::int64_t oldest_ms = TRY(oldest_in(reader, *header)).ms;
  if (oldest_ms == INT64_MAX) return std::max(window.begin, std::min(begin, header->base_offset));
  const Offset reaching = TRY(reader.offset_reaching({oldest_ms + 1}));
  return std::max(window.begin, std::min({begin, header->base_offset, reaching}));
}

}  // namespace estream::tool
