#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/batch_builder.h"
#include "record/record.h"
#include "tool/records/chunk.h"
#include "tool/records/chunk_builder.h"
#include "tool/records/record_copier.h"

namespace estream::tool {

// Batches in the order in which they are stored; not compressed yet.
struct UnfinishedBatch {
  std::size_t partition = 0;
  BatchBuilder builder;
};
using UnfinishedBatches = std::vector<UnfinishedBatch>;

// Makes the pending batches of one sink: records and lines are put into the batches of its
// partitions.
class WorkOutput {
 public:
  // All must outlive this. `unused` is shared with other outputs, for memory that is used again.
  // `lines` is how lines become records; see add_lines().
  WorkOutput(const CopyOptions& topic, std::int32_t partitions, std::vector<BatchBuilder>& unused,
             const BuildOptions* lines = nullptr);

  // Puts a record into the partition's batch.
  void add(std::size_t partition, const RecordView& record);
  // The batches of all records that were added since the last call.
  UnfinishedBatches take();
  // Makes them pending batches of the sink; see group/pending_batches.h. Another thread may call
  // add() meanwhile, but only one may call this.
  Result<void> finish(UnfinishedBatches& batches, std::uint16_t sink, std::string& pending);
  // When they are not needed any more.
  void give_back(UnfinishedBatches batches);

  // The same for what a command printed. `time` is that of events that have none of their own;
  // those without a key go to the partition of `source_partition`. Error::Code::data, which names
  // the line, if one cannot be stored; then `pending` is as it was.
  Result<void> add_lines(std::string_view text, Timestamp time, std::int32_t source_partition,
                         std::uint16_t sink, std::string& pending);

 private:
  void close(std::size_t partition);

  const CopyOptions* topic_;
  std::vector<BatchBuilder>* unused_;
  CompressionSpace space_;  // Of finish() alone, and not of the builders: add() uses those.
  std::vector<std::optional<BatchBuilder>> open_;  // By partition.
  UnfinishedBatches closed_;
  BuildOptions lines_;
  std::optional<ChunkBuilder> builder_;
  Chunk chunk_;
};

}  // namespace estream::tool
