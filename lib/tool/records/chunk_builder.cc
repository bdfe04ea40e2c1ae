#include "tool/records/chunk_builder.h"

#include <algorithm>
#include <memory>

#include "base/murmur2.h"
#include "base/rfc3339.h"
#include "base/types.h"
#include "json/value.h"

namespace estream::tool {

namespace {

// Also of a line that is too long to be a record, whatever stands in it.
std::string limit_reason() { return "longer than 16MiB, the limit for one event"; }

std::size_t payload_of(const Event& event) {
  return payload_bytes(event.key, event.value, event.headers);
}

Error data_error(std::string message) { return {Error::Code::data, std::move(message)}; }

}  // namespace

ChunkBuilder::ChunkBuilder(const BuildOptions& options)
    : options_(options),
      envelopes_(options.format == InputFormat::kcat ? json::EnvelopeForm::kcat
                                                     : json::EnvelopeForm::estream) {
  const auto space = std::make_shared<CompressionSpace>();
  for (std::int32_t i = 0; i < options.partition_count; i++) {
    open_.emplace_back().builder = BatchBuilder(space);
  }
}

void ChunkBuilder::build(Chunk& chunk) {
  sticky_partition_ = static_cast<std::int32_t>(chunk.number % options_.partition_count);
  if (chunk.is_oversized) {
    refuse(chunk, 0, limit_reason(), chunk.text());
    chunk.line_count = 1;
    return;
  }
  build_lines(chunk);
  if (auto finished = finish_batches(chunk); !finished) {
    // Only records beyond all limits come here, and those were refused one by one.
    chunk.fatal = BadLine{0, finished.error().message, {}};
  }
}

void ChunkBuilder::build_lines(Chunk& chunk) {
  const std::string_view text = chunk.text();
  const bool skips_blank = options_.format != InputFormat::text && !options_.empty_is_tombstone;
  std::uint32_t number = 0;
  for (std::size_t at = 0; at < text.size() && !chunk.fatal; number++) {
    const std::size_t end = std::min(text.find(options_.delimiter, at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + options_.delimiter.size();
    if (skips_blank && json::is_blank(line)) continue;
    if (auto built = build_line(chunk, line, number); !built) {
      refuse(chunk, number, std::move(built).error().message, line);
    }
  }
  chunk.line_count = number;
}

Result<void> ChunkBuilder::build_line(Chunk& chunk, std::string_view line, std::uint32_t number) {
  Event event;
  event.timestamp = chunk.read_at;
  event.line = number;
  event.source = line;
  event.headers = {options_.headers.count, options_.headers.encoded};
  TRY(parse_line(chunk, line, event));
  return add(chunk, event);
}

void ChunkBuilder::refuse(Chunk& chunk, std::uint32_t line, std::string reason,
                          std::string_view source) const {
  BadLine bad = {line, std::move(reason), source, chunk.is_oversized};
  if (options_.continues_after_bad_lines) {
    chunk.rejected.push_back(std::move(bad));
  } else {
    chunk.fatal = std::move(bad);
  }
}

Result<void> ChunkBuilder::parse_line(Chunk& chunk, std::string_view line, Event& event) {
  if (is_envelope(options_.format)) {
    TRY(parse_envelope(chunk, line, event));
  } else {
    TRY(parse_value(chunk, line, event));
  }
  if (event.timestamp.ms < -1) return data_error("a timestamp before 1970 cannot be stored");
  if (options_.max_future_ms && event.timestamp.ms - chunk.read_at.ms > *options_.max_future_ms) {
    return data_error("its time " + rfc3339(event.timestamp.ms) +
                      " is too far in the future (--max-future)");
  }
  if (payload_of(event) > options_.record_bytes_max) return data_error(limit_reason());
  event.partition = TRY(place(chunk, event));
  return {};
}

Result<void> ChunkBuilder::parse_value(Chunk& chunk, std::string_view line, Event& event) {
  std::string_view value = line;
  if (options_.key_delimiter) {
    const std::size_t end = line.find(*options_.key_delimiter);
    if (end != std::string_view::npos) {
      event.key = line.substr(0, end);
      value = line.substr(end + options_.key_delimiter->size());
    } else if (options_.key_missing == KeyMissing::reject) {
      return data_error("has no key: the delimiter is not in it (--key-missing=null allows that)");
    }
  }
  if (options_.key) event.key = *options_.key;
  const bool is_tombstone = options_.empty_is_tombstone && value.empty();
  if (!is_tombstone) event.value = value;
  if (is_tombstone || options_.format == InputFormat::text) return {};
  TRY(parser_.parse(value));
  if (options_.key_path) TRY(take_key(chunk, event));
  if (options_.time_path) TRY(take_time(event));
  if (!options_.header_fields.empty()) take_headers(chunk, event);
  if (options_.sequence_path) TRY(take_sequence());
  return {};
}

Result<std::optional<Timestamp>> ChunkBuilder::time_at(const json::Path& path,
                                                       const json::Value& value) const {
  auto time = parser_.time_at(path);
  if (time || value.kind != json::Kind::string) return time;
  return data_error(time.error().message +
                    "; --zone is for dates without a zone, --time-format for other texts");
}

Result<void> ChunkBuilder::take_time(Event& event) {
  const json::Path& path = *options_.time_path;
  const json::Value value = parser_.find(path);
  if (value.kind == json::Kind::null) return data_error("has no time at " + path.text);
  std::optional<Timestamp> time;
  if (options_.time_pattern) {
    time = options_.time_pattern->read(value.text, options_.zone.value_or(Zone::utc));
    if (!time) return data_error("has a time at " + path.text + " that does not fit --time-format");
  } else if (options_.zone) {
    time = text::read_zoneless_time(value.text, *options_.zone);
  }
  if (!time) time = TRY(time_at(path, value));
  // -1 would be stored, and mean that there is no time.
  event.timestamp = *time == Timestamp{} ? Timestamp{-2} : *time;
  return {};
}

// Behind the headers that every event gets. A field that is null or missing makes none.
void ChunkBuilder::take_headers(Chunk& chunk, Event& event) {
  header_buffer_.assign(options_.headers.encoded);
  std::int32_t count = options_.headers.count;
  for (const HeaderField& field : options_.header_fields) {
    const json::Value value = parser_.find(field.path);
    if (value.kind == json::Kind::null) continue;
    const bool is_text = value.kind == json::Kind::string;
    encode_header(header_buffer_,
                  {field.name, is_text ? value.text : parser_.source_at(field.path).value_or("")});
    count++;
  }
  event.headers = {count, keep(chunk, header_buffer_)};
}

Result<void> ChunkBuilder::take_sequence() {
  const json::Path& path = *options_.sequence_path;
  const json::Value value = parser_.find(path);
  if (value.kind == json::Kind::null) return data_error("has no sequence at " + path.text);
  auto sequence = SequenceValue::of(value);
  if (!sequence) return data_error("its sequence at " + path.text + " " + sequence.error().message);
  sequence_ = *sequence;
  return {};
}

Result<void> ChunkBuilder::take_key(Chunk& chunk, Event& event) {
  const auto key = TRY(parser_.key_at(*options_.key_path));
  if (key) {
    event.key = keep(chunk, *key);
  } else if (options_.key_missing == KeyMissing::reject) {
    return data_error("has no key at " + options_.key_path->text +
                      " (--key-missing=null stores it without)");
  }
  return {};
}

Result<void> ChunkBuilder::parse_envelope(Chunk& chunk, std::string_view line, Event& event) {
  const json::EnvelopeEvent envelope = TRY(envelopes_.read(line));
  if (envelope.key) event.key = keep(chunk, *envelope.key);
  if (options_.key) event.key = *options_.key;
  if (envelope.value) event.value = keep(chunk, *envelope.value);
  if (envelope.timestamp) event.timestamp = *envelope.timestamp;
  if (envelope.headers.count > 0) {
    header_buffer_.assign(envelope.headers.encoded);
    header_buffer_ += options_.headers.encoded;
    event.headers = {envelope.headers.count + options_.headers.count, keep(chunk, header_buffer_)};
  }
  if (options_.keeps_partition) {
    if (!envelope.partition) return data_error("has no partition to keep");
    event.partition = *envelope.partition;
    if (event.partition < 0 || event.partition >= options_.partition_count) {
      return data_error("partition " + std::to_string(event.partition) + " is not one of the " +
                        std::to_string(options_.partition_count) + " of the topic");
    }
  }
  return {};
}

// A parser's memory is used again for the next line; for what becomes part of a batch before that,
// it need not be copied.
std::string_view ChunkBuilder::keep(Chunk& chunk, std::string_view text) const {
  return options_.keeps_events ? chunk.arena.copy(text) : text;
}

Result<std::int32_t> ChunkBuilder::place(const Chunk& chunk, const Event& event) const {
  const std::int32_t count = options_.partition_count;
  if (options_.partition) return *options_.partition;
  if (options_.keeps_partition) return event.partition;
  switch (options_.partitioner) {
    case Partitioner::murmur2:
      if (event.key) return partition_for_key(as_bytes(*event.key), count);
      if (options_.places_by_content) {
        return partition_for_key(as_bytes(event.value.value_or("")), count);
      }
      return sticky_partition_;
    case Partitioner::round_robin:
      return static_cast<std::int32_t>((chunk.number + chunk.event_count) % count);
    case Partitioner::sticky:
      return sticky_partition_;
  }
  ASSERT(false);
}

Result<void> ChunkBuilder::add(Chunk& chunk, const Event& event) {
  OpenBatch& open = open_[static_cast<std::size_t>(event.partition)];
  if (open.is_open && !open.builder.has_room_for(payload_of(event), options_.batch_bytes)) {
    TRY(finish_batch(chunk, event.partition));
  }
  if (!open.is_open) {
    open.builder.begin();
    open.is_open = true;
  }
  open.builder.append(event.timestamp, event.key, event.value, event.headers);
  if (options_.keeps_events) {
    open.events.push_back(static_cast<std::uint32_t>(chunk.events.size()));
    chunk.events.push_back(event);
    if (options_.sequence_path) chunk.sequences.push_back(sequence_);
  }
  chunk.event_count++;
  chunk.last_event_line = event.line;
  return {};
}

Result<void> ChunkBuilder::finish_batch(Chunk& chunk, std::int32_t partition) {
  OpenBatch& open = open_[static_cast<std::size_t>(partition)];
  const std::size_t plain_bytes = open.builder.size_bytes();
  const auto event_count = static_cast<std::size_t>(open.builder.record_count());
  const MutableBytes batch = TRY(open.builder.finish(options_.codec, options_.level));
  const std::size_t begin = chunk.batch_bytes.size();
  chunk.batch_bytes.insert(chunk.batch_bytes.end(), batch.begin(), batch.end());
  chunk.batches.push_back({.partition = partition,
                           .begin = begin,
                           .size = batch.size(),
                           .first_event = chunk.order.size(),
                           .event_count = event_count,
                           .plain_bytes = plain_bytes});
  chunk.order.insert(chunk.order.end(), open.events.begin(), open.events.end());
  open.events.clear();
  open.is_open = false;
  return {};
}

Result<void> ChunkBuilder::finish_batches(Chunk& chunk) {
  for (std::int32_t partition = 0; partition < options_.partition_count; partition++) {
    if (open_[static_cast<std::size_t>(partition)].is_open) TRY(finish_batch(chunk, partition));
  }
  return {};
}

}  // namespace estream::tool
