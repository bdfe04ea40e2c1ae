#include "tool/chunk_builder.h"

#include <algorithm>
#include <numeric>

#include "base/murmur2.h"
#include "base/types.h"

namespace estream::tool {

namespace {

// Lengths, deltas and attributes of a record, as varints, at their longest.
constexpr std::size_t record_overhead_max = 48;

Error data_error(std::string message) { return {Error::Code::data, std::move(message)}; }

}  // namespace

std::size_t encoded_bytes_max(const Event& event) {
  return event.key.value_or("").size() + event.value.value_or("").size() +
         event.headers.encoded.size() + record_overhead_max;
}

void ChunkBuilder::build(Chunk& chunk) {
  round_ = static_cast<std::int32_t>(chunk.number % options_.partition_count);
  if (chunk.is_oversized) {
    refuse(chunk, 0, "longer than the limit for one event", chunk.text());
    chunk.line_count = 1;
    return;
  }
  parse_lines(chunk);
  sort_by_partition(chunk);
  if (auto built = build_batches(chunk); !built) {
    chunk.fatal = BadLine{0, built.error().message, {}};
    chunk.batches.clear();
  }
}

void ChunkBuilder::parse_lines(Chunk& chunk) {
  const std::string_view text = chunk.text();
  const bool skips_blank = options_.format != InputFormat::text && !options_.empty_is_tombstone;
  std::uint32_t number = 0;
  for (std::size_t at = 0; at < text.size() && !chunk.fatal; number++) {
    const std::size_t end = std::min(text.find(options_.delimiter, at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + options_.delimiter.size();
    if (skips_blank && json::is_blank(line)) continue;
    Event& event = chunk.events.emplace_back();
    event.timestamp = chunk.read_at;
    event.line = number;
    event.source = line;
    event.headers = {options_.header_count, options_.headers};
    if (auto parsed = parse_line(chunk, line, event); !parsed) {
      chunk.events.pop_back();
      refuse(chunk, number, std::move(parsed).error().message, line);
    }
  }
  chunk.line_count = number;
}

void ChunkBuilder::refuse(Chunk& chunk, std::uint32_t line, std::string reason,
                          std::string_view source) {
  BadLine bad = {line, std::move(reason), source};
  if (options_.continues_after_bad_lines) {
    chunk.rejected.push_back(std::move(bad));
  } else {
    chunk.fatal = std::move(bad);
  }
}

Result<void> ChunkBuilder::parse_line(Chunk& chunk, std::string_view line, Event& event) {
  if (options_.format == InputFormat::envelope) {
    TRY(parse_envelope(chunk, line, event));
  } else {
    TRY(parse_value(chunk, line, event));
  }
  if (event.timestamp.ms < -1) return data_error("a timestamp before 1970 cannot be stored");
  if (encoded_bytes_max(event) > options_.record_bytes_max) {
    return data_error("longer than the limit for one event");
  }
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
  if (options_.time_path) {
    const auto time = TRY(parser_.time_at(*options_.time_path));
    if (!time) return data_error("has no time at " + options_.time_path->text);
    event.timestamp = *time;
  }
  return {};
}

Result<void> ChunkBuilder::take_key(Chunk& chunk, Event& event) {
  const auto key = TRY(parser_.key_at(*options_.key_path));
  if (key) {
    event.key = chunk.arena.copy(*key);  // The parser's memory is used for the next line.
  } else if (options_.key_missing == KeyMissing::reject) {
    return data_error("has no key at " + options_.key_path->text +
                      " (--key-missing=null stores it without)");
  }
  return {};
}

Result<void> ChunkBuilder::parse_envelope(Chunk& chunk, std::string_view line, Event& event) {
  const json::EnvelopeEvent envelope = TRY(envelopes_.read(line));
  const auto keep = [&](std::optional<std::string_view> text) {
    if (text) text = chunk.arena.copy(*text);
    return text;
  };
  event.key = options_.key ? std::optional<std::string_view>(*options_.key) : keep(envelope.key);
  event.value = keep(envelope.value);
  if (envelope.timestamp) event.timestamp = *envelope.timestamp;
  if (envelope.headers.count > 0) {
    header_buffer_.assign(envelope.headers.encoded);
    header_buffer_ += options_.headers;
    event.headers = {envelope.headers.count + options_.header_count,
                     chunk.arena.copy(header_buffer_)};
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

Result<std::int32_t> ChunkBuilder::place(const Chunk& chunk, const Event& event) {
  const std::int32_t count = options_.partition_count;
  if (options_.partition) return *options_.partition;
  if (options_.keeps_partition) return event.partition;
  switch (options_.partitioner) {
    case Partitioner::murmur2:
      if (event.key) return partition_for_key(as_bytes(*event.key), count);
      if (options_.places_by_content) {
        return partition_for_key(as_bytes(event.value.value_or("")), count);
      }
      return round_;
    case Partitioner::round_robin:
      return static_cast<std::int32_t>((chunk.number + std::ssize(chunk.events)) % count);
    case Partitioner::sticky:
      return round_;
  }
  ASSERT(false);
}

// A counting sort: the input's order stays within each partition.
void ChunkBuilder::sort_by_partition(Chunk& chunk) {
  partition_starts_.assign(static_cast<std::size_t>(options_.partition_count) + 1, 0);
  for (const Event& event : chunk.events) {
    partition_starts_[static_cast<std::size_t>(event.partition) + 1]++;
  }
  std::partial_sum(partition_starts_.begin(), partition_starts_.end(), partition_starts_.begin());
  chunk.order.resize(chunk.events.size());
  for (std::uint32_t i = 0; i < chunk.events.size(); i++) {
    chunk.order[partition_starts_[static_cast<std::size_t>(chunk.events[i].partition)]++] = i;
  }
}

Result<void> ChunkBuilder::build_batches(Chunk& chunk) {
  std::size_t first = 0;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < chunk.order.size(); i++) {
    const Event& event = chunk.events[chunk.order[i]];
    const std::size_t added = encoded_bytes_max(event) - record_overhead_max / 2;
    const bool is_other = event.partition != chunk.events[chunk.order[first]].partition;
    if (i > first && (is_other || bytes + added > options_.batch_bytes)) {
      TRY(build_batch(chunk, first, i));
      first = i;
      bytes = 0;
    }
    bytes += added;
  }
  if (first < chunk.order.size()) TRY(build_batch(chunk, first, chunk.order.size()));
  return {};
}

Result<void> ChunkBuilder::build_batch(Chunk& chunk, std::size_t first, std::size_t end) {
  const auto numbers = std::span(chunk.order).subspan(first, end - first);
  Timestamp smallest = {INT64_MAX};
  for (const std::uint32_t number : numbers) {
    smallest = std::min(smallest, chunk.events[number].timestamp);
  }
  builder_.begin(smallest);
  for (const std::uint32_t number : numbers) {
    const Event& event = chunk.events[number];
    builder_.append(event.timestamp, event.key, event.value, event.headers);
  }
  const std::size_t plain_bytes = builder_.size_bytes();
  const MutableBytes batch = TRY(builder_.finish(options_.codec, options_.level));
  const std::size_t begin = chunk.batch_bytes.size();
  chunk.batch_bytes.insert(chunk.batch_bytes.end(), batch.begin(), batch.end());
  chunk.batches.push_back({.partition = chunk.events[numbers.front()].partition,
                           .begin = begin,
                           .size = batch.size(),
                           .first_event = first,
                           .event_count = numbers.size(),
                           .plain_bytes = plain_bytes});
  return {};
}

}  // namespace estream::tool
