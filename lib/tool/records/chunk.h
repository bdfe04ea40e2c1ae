#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "io/item_pool.h"
#include "record/record.h"
#include "tool/records/arena.h"
#include "tool/records/sequence_value.h"

namespace estream::tool {

// One event of the input, ready to become a record. Its texts are views into its chunk.
struct Event {
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  RecordHeaders headers;
  Timestamp timestamp;
  std::int32_t partition = 0;
  std::uint32_t line = 0;   // Within the chunk, from 0.
  std::string_view source;  // The line as it was read.
};

// Whether the record was made of the event, or of one that differs only in its time: without a
// field for it, the time is that of the reading, and another one in a second run.
inline bool is_same(const RecordView& record, const Event& event) {
  return record.key == event.key && record.value == event.value &&
         record.headers.count == event.headers.count &&
         record.headers.encoded == event.headers.encoded;
}

// A line that cannot become a record, and why.
struct BadLine {
  std::uint32_t line = 0;
  std::string reason;
  std::string_view source;
  bool is_cut = false;  // `source` is only the beginning of a line that is too long to be kept.
};

// A finished batch for one partition: bytes [begin, begin + size) of the chunk's batch_bytes, made
// of the events that order[first_event, first_event + event_count) names.
struct BuiltBatch {
  std::int32_t partition = 0;
  std::size_t begin = 0;
  std::size_t size = 0;
  std::size_t first_event = 0;
  std::size_t event_count = 0;
  std::size_t plain_bytes = 0;  // Uncompressed.
};

// A piece of the input that goes through the pipeline as one: whole lines, about 4 MiB of them, or
// what had come when the input paused. The reader fills the first part, a worker the second, and
// then the appender takes chunk after chunk in order. Chunks are used again: nothing is allocated
// for an event.
struct Chunk {
  std::int64_t number = 0;       // From 0, in the order of the input.
  std::size_t source_index = 0;  // Which input.
  std::vector<char> buffer;      // Text, and padding_bytes readable bytes after it.
  std::size_t size = 0;          // Of the text; the last line may lack its delimiter.
  bool is_oversized = false;     // It is the beginning of one line that is too long.
  bool is_before_pause = false;  // The input has nothing more at the moment.
  bool begins_anew = false;      // The first of a file that took the place of the one before.
  Timestamp read_at;

  std::int64_t event_count = 0;
  std::uint32_t last_event_line = 0;
  std::vector<BuiltBatch> batches;  // In the order of the input within each partition.
  // Only when somebody asks for single events: for receipts, or to compare them with the log.
  Arena arena;
  std::vector<Event> events;
  std::vector<SequenceValue> sequences;  // By event, with BuildOptions::sequence_path.
  std::vector<std::uint32_t> order;      // The numbers of the events of batch after batch.
  std::vector<std::byte> batch_bytes;
  std::vector<BadLine> rejected;
  std::optional<BadLine> fatal;  // The input ends here: lines after it are not in `events`.
  std::uint32_t line_count = 0;

  // Memory for a line that is one of few is not kept.
  static constexpr std::size_t kept_bytes_max = 64 << 20;

  std::string_view text() const { return {buffer.data(), size}; }

  // Empties it for its next use, keeping its memory.
  void reset() {
    size = 0;
    is_oversized = is_before_pause = begins_anew = false;
    if (buffer.size() > kept_bytes_max) std::vector<char>().swap(buffer);
    event_count = 0;
    last_event_line = 0;
    arena.reset();
    events.clear();
    sequences.clear();
    order.clear();
    batches.clear();
    batch_bytes.clear();
    rejected.clear();
    fatal.reset();
    line_count = 0;
  }
};

using ChunkPool = io::ItemPool<Chunk>;

}  // namespace estream::tool
