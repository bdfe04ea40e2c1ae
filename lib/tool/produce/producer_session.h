#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "log/partition_writer.h"
#include "record/batch_builder.h"
#include "tool/produce/produce_options.h"
#include "tool/records/chunk.h"
#include "tool/records/chunk_builder.h"
#include "write/partition_writers.h"
#include "write/producer_log.h"

namespace estream::tool {

// The judgement of `--producer NAME` on one partition: which of the offered events are in the log
// already, byte for byte the same, and the appending of the others.
class ProducerSession {
 public:
  static Result<ProducerSession> open(log::PartitionWriter& writer, const std::string& name,
                                      const BuildOptions& options);

  // Compares the events of `batch` with what the log has under the name. An event that differs is
  // Error::Code::corrupt: the name stands for another input. Fills `offsets` (by event of the
  // chunk) for those that are there. Must be called for each batch once, in the order of the input.
  // Answers how many of the batch the log has, or had before retention.
  Result<std::size_t> compare(const Chunk& chunk, const BuiltBatch& batch,
                              std::vector<std::int64_t>& offsets);

  // How many events the log has under the name, including those that were removed since.
  std::int64_t known() const { return log_.known(); }
  // Takes in what another run under the name has appended since.
  Result<void> refresh() { return log_.refresh(); }

  // Whether the log had records under the name at the opening that were not offered yet.
  bool has_unseen() const { return offered_ < known_at_start_; }

  struct Outcome {
    std::int64_t appended_events = 0;
    std::int64_t appended_bytes = 0;
  };
  // Appends the events of a compared batch that the log does not have. In the same order.
  Result<Outcome> append(Chunk& chunk, const BuiltBatch& batch, std::vector<std::int64_t>& offsets);

 private:
  ProducerSession(write::ProducerLog log, const BuildOptions& options)
      : log_(std::move(log)), options_(&options), known_at_start_(log_.known()) {}

  Result<std::size_t> compare_known(const Chunk& chunk, const BuiltBatch& batch, std::int64_t first,
                                    std::vector<std::int64_t>& offsets);
  Result<void> compare_events(const Chunk& chunk, const BuiltBatch& batch, std::int64_t first,
                              std::size_t from, std::size_t to, std::vector<std::int64_t>& offsets);

  write::ProducerLog log_;
  const BuildOptions* options_;
  std::int64_t known_at_start_;
  std::int64_t offered_ = 0;   // Events that compare() has seen.
  std::int64_t appended_ = 0;  // Events that append() has seen.
  std::int64_t compared_ = 0;  // Events before it were compared.
  std::int64_t claimed_ = 0;   // Known events that will be durable before they are acknowledged.
  BatchBuilder builder_;
};

// Those of the options' producer for all partitions. Makes the topic if it does not exist.
Result<std::vector<ProducerSession>> open_sessions(write::PartitionWriters& writers,
                                                   const ProduceOptions& options);

// The error at the end of an input with new events, when the log has others under the name.
Error other_input(const ProduceOptions& options, std::int64_t appended_events);

}  // namespace estream::tool
