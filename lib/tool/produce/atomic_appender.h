#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "group/atomic_input.h"
#include "tool/produce/appender.h"
#include "tool/produce/held_chunks.h"
#include "tool/produce/produce_options.h"

namespace estream::tool {

// Appends all events of the input, or none (--atomic). Batches are written beside the topic while
// the input is read; at its end they are decided and stored. With a producer's name, only the
// events count that the log does not have under it.
//
// What is needed for receipts is held until then: of each event if they are printed, else almost
// nothing.
class AtomicAppender final : public Appender {
 public:
  AtomicAppender(write::PartitionWriters& writers, Acknowledger& acknowledger,
                 const ProduceOptions& options, ChunkPool& pool);

  Result<void> append(SettledChunk incoming) override;
  // Stores everything. An input that was cut short is not stored.
  Result<void> finish_input() override;
  // Removes what is not stored.
  Result<void> close() override;

 private:
  Result<void> begin();
  Result<std::size_t> compare(SettledChunk& incoming, const BuiltBatch& batch);
  Result<void> add(SettledChunk& incoming);
  void hold(SettledChunk incoming);
  Result<void> check_producer();
  Result<void> store();
  Result<void> acknowledge();

  write::PartitionWriters& writers_;
  Acknowledger& acknowledger_;
  const ProduceOptions& options_;
  std::optional<group::AtomicInput> input_;
  std::vector<ProducerSession> sessions_;  // By partition, with a producer's name.
  HeldChunks held_;
  std::size_t held_events_ = 0;
  // For receipts: which of the held events each batch has, batch after batch.
  std::vector<std::size_t> events_of_batches_;
  std::vector<std::size_t> batch_sizes_;
  std::vector<Offset> base_offsets_;  // Of the batches, when they are stored.
  AppendTotals added_;                // What is stored when all is.
  BatchBuilder builder_;
};

}  // namespace estream::tool
