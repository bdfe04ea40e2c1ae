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
#include "tool/consume/work_options.h"
#include "tool/records/chunk.h"
#include "tool/records/chunk_builder.h"

namespace estream::tool {

// Makes the pending batches of one sink: records and lines are put into the batches of its
// partitions. The memory is used again.
class WorkOutput {
 public:
  // Must outlive this.
  WorkOutput(const WorkOptions& work, const CopyOptions& topic, std::int32_t partitions);

  // Puts a record into the partition's batch.
  Result<void> add(std::size_t partition, const RecordView& record);
  // The batches of all records that were added, as pending batches of the sink; see
  // group/pending_batches.h.
  Result<void> finish(std::uint16_t sink, std::string& pending);

  // The same for what a command printed. `time` is that of events that have none of their own;
  // those without a key go to the partition of `source_partition`. Error::Code::data, which names
  // the line, if one cannot be stored; then `pending` is as it was.
  Result<void> add_lines(std::string_view text, Timestamp time, std::int32_t source_partition,
                         std::uint16_t sink, std::string& pending);

 private:
  struct OpenBatch {
    BatchBuilder builder;
    bool is_open = false;
  };

  Result<void> finish_batch(std::size_t partition);

  const CopyOptions* topic_;
  std::vector<OpenBatch> open_;                                           // By partition.
  std::vector<std::pair<std::size_t, std::vector<std::byte>>> finished_;  // With the partition.
  BuildOptions lines_;
  std::optional<ChunkBuilder> builder_;
  Chunk chunk_;
};

}  // namespace estream::tool
