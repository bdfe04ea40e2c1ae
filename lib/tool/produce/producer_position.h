#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "group/position_claim.h"
#include "group/settlement.h"
#include "tool/produce/produce_options.h"
#include "tool/records/sequence_value.h"
#include "write/partition_writers.h"

namespace estream::tool {

// In the lock of a position file, for a person.
inline constexpr const char* producer_owner = "estream-produce";

// How far a producer is in its input (--dedup), as the topic knows it. The position and the events
// up to it change together, for all partitions of the topic: see group/settlement.h.
class ProducerPosition {
 public:
  // Takes the position of the options' producer, and brings what a run that died had decided into
  // the topic. Makes the topic if it does not exist. Waits for another run under the name: nothing
  // when the end of this run was asked for meanwhile, Error::Code::busy when the time is over.
  static Result<std::optional<ProducerPosition>> open(write::PartitionWriters& writers,
                                                      const ProduceOptions& options);

  // Of the last event that is in the topic; nothing when the name is new.
  const std::optional<SequenceValue>& stored() const { return stored_; }

  // Stores `pending` (see group/pending_batches.h, all of sink 0), whose last event is at `last`.
  // Returns the base offset of each batch. After an error the position must not be used again.
  Result<std::vector<Offset>> store(std::string pending, const SequenceValue& last);

  // Writes what is known, so that the next run has nothing to look for. To be called when nothing
  // more is stored.
  Result<void> close();

 private:
  ProducerPosition(write::PartitionWriters& writers, const ProduceOptions& options,
                   group::PositionClaim claim)
      : writers_(&writers), options_(&options), claim_(std::move(claim)) {}

  Result<void> take_over();
  Result<void> check_topic() const;
  Result<void> begin_after();
  Result<void> read_stored();
  group::SettleOptions settle_options();

  write::PartitionWriters* writers_;
  const ProduceOptions* options_;
  group::PositionClaim claim_;
  group::PositionState state_;
  std::optional<SequenceValue> stored_;
};

}  // namespace estream::tool
