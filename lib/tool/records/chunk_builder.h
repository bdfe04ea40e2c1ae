#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/zone.h"
#include "codec/codec.h"
#include "json/envelope_reader.h"
#include "json/event_parser.h"
#include "json/path.h"
#include "record/batch_builder.h"
#include "text/time_pattern.h"
#include "tool/arguments/write_values.h"
#include "tool/records/chunk.h"

namespace estream::tool {

enum class InputFormat {
  json,      // Each line is one JSON value.
  text,      // Anything.
  envelope,  // What estream-consume -j writes.
  kcat,      // What kcat -J writes.
};

inline bool is_envelope(InputFormat format) {
  return format == InputFormat::envelope || format == InputFormat::kcat;
}

enum class KeyMissing { reject, null };

enum class Partitioner {
  murmur2,      // By key, as Kafka's clients do; events without key as sticky.
  round_robin,  // Event by event, whatever the key.
  sticky,       // Batch by batch, whatever the key.
};

// A header whose value is a field of the event.
struct HeaderField {
  std::string name;
  json::Path path;
};

// How lines become records.
struct BuildOptions {
  InputFormat format = InputFormat::json;
  std::string delimiter = "\n";
  std::optional<std::string> key;            // Fixed.
  std::optional<json::Path> key_path;        // From the value.
  std::optional<std::string> key_delimiter;  // Before the value.
  KeyMissing key_missing = KeyMissing::reject;
  std::optional<json::Path> time_path;
  std::optional<text::TimePattern> time_pattern;  // Of the texts there.
  std::optional<Zone> zone;                       // Of the texts that name none.
  std::optional<json::Path> sequence_path;        // Each event must have one; see SequenceValue.
  bool empty_is_tombstone = false;
  bool keeps_partition = false;  // The envelope's.
  AddedHeaders headers;
  std::vector<HeaderField> header_fields;
  std::optional<std::int64_t> max_future_ms;  // Later times are errors.
  std::int32_t partition_count = 1;
  std::optional<std::int32_t> partition;  // Fixed.
  Partitioner partitioner = Partitioner::murmur2;
  // Placement must depend on nothing but the event: a run that is repeated cuts other chunks.
  bool places_by_content = false;
  bool continues_after_bad_lines = false;
  bool keeps_events = false;  // In the chunk, behind the batches made of them.
  Codec codec = Codec::zstd;
  int level = 1;
  std::size_t batch_bytes = 1 << 20;        // Of records, uncompressed.
  std::size_t record_bytes_max = 16 << 20;  // Of key, value and headers together.
};

// Does a worker's part on a chunk: lines to events to finished batches. One per thread, its memory
// is used again.
class ChunkBuilder {
 public:
  explicit ChunkBuilder(const BuildOptions& options);

  void build(Chunk& chunk);

 private:
  // The batch that a partition's events go into now.
  struct OpenBatch {
    BatchBuilder builder;
    std::vector<std::uint32_t> events;  // Their numbers, when they are kept.
    bool is_open = false;
  };

  void build_lines(Chunk& chunk);
  Result<void> build_line(Chunk& chunk, std::string_view line, std::uint32_t number);
  Result<void> parse_line(Chunk& chunk, std::string_view line, Event& event);
  Result<void> parse_envelope(Chunk& chunk, std::string_view line, Event& event);
  Result<void> parse_value(Chunk& chunk, std::string_view line, Event& event);
  Result<void> take_time(Event& event);
  Result<std::optional<Timestamp>> time_at(const json::Path& path, const json::Value& value) const;
  Result<void> take_key(Chunk& chunk, Event& event);
  void take_headers(Chunk& chunk, Event& event);
  Result<void> take_sequence();
  Result<std::int32_t> place(const Chunk& chunk, const Event& event) const;
  std::string_view keep(Chunk& chunk, std::string_view text) const;
  Result<void> add(Chunk& chunk, const Event& event);
  Result<void> finish_batch(Chunk& chunk, std::int32_t partition);
  Result<void> finish_batches(Chunk& chunk);
  void refuse(Chunk& chunk, std::uint32_t line, std::string reason, std::string_view source) const;

  const BuildOptions& options_;
  json::EventParser parser_;
  json::EnvelopeReader envelopes_;
  std::vector<OpenBatch> open_;  // By partition.
  std::string header_buffer_;
  SequenceValue sequence_;  // Of the event that is being built.
  std::int32_t sticky_partition_ = 0;
};

}  // namespace estream::tool
