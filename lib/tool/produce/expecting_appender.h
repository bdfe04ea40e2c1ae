#pragma once

#include <cstddef>

#include "base/result.h"
#include "log/key_history.h"
#include "log/partition_writer.h"
#include "record/batch_builder.h"
#include "tool/produce/appender.h"
#include "tool/produce/held_chunks.h"
#include "tool/produce/produce_options.h"

namespace estream::tool {

// Appends all events of the input as one batch, if the log has no event of their key after an
// offset (--expect-last). So of several commands that saw the same state of the key, one appends.
//
// Nothing is locked while the log is read. If the log has grown since, the batch is not written,
// and what came is read as well.
class ExpectingAppender final : public Appender {
 public:
  ExpectingAppender(write::PartitionWriters& writers, Acknowledger& acknowledger,
                    const ProduceOptions& options, ChunkPool& pool);

  // Gathers the events. Error::Code::data when they have two keys, or do not fit in one batch.
  Result<void> append(SettledChunk incoming) override;
  // Appends them. An input that was cut short is no command, and is not appended.
  Result<void> finish_input() override;

 private:
  Result<void> gather(const SettledChunk& incoming, const Event& event);
  Result<void> append_if_expected(log::PartitionWriter& writer, SettledChunk settled);
  Result<void> settle_known(log::PartitionWriter& writer, const log::KeyHistory::Batch& batch,
                            SettledChunk settled);
  Result<void> refuse(const Event& event, Offset last);

  write::PartitionWriters& writers_;
  Acknowledger& acknowledger_;
  const ProduceOptions& options_;
  HeldChunks held_;  // At most one: everything is joined.
  BatchBuilder builder_;
  std::string key_;  // Of the events so far, if there are any.
};

}  // namespace estream::tool
