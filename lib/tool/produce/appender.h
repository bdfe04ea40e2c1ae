#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tool/produce/acknowledger.h"
#include "tool/produce/held_chunks.h"
#include "tool/produce/producer_session.h"
#include "write/partition_writers.h"

namespace estream::tool {

struct AppendTotals {
  std::int64_t appended_events = 0;
  std::int64_t duplicate_events = 0;
  std::int64_t plain_bytes = 0;   // Of the batches, before compression.
  std::int64_t stored_bytes = 0;  // Of the batches in the log.
  // Of an append that failed: with SyncLevel::batch they may be in the log, and not synced.
  std::int64_t uncertain_events = 0;
  // Not in the log yet, but whoever writes to the topic next puts them there (--atomic).
  std::int64_t decided_events = 0;
  // An append failed behind others of its chunk, which are in the log and which nobody syncs any
  // more: readers may not see them yet.
  bool has_unsynced_part = false;
};

// Puts the batches of chunks into the log, in the order of the input, and hands the chunks on to be
// acknowledged.
class Appender {
 public:
  virtual ~Appender() = default;

  // Before anything else.
  virtual Result<void> start() { return {}; }
  virtual Result<void> append(SettledChunk incoming) = 0;
  // The input is over.
  virtual Result<void> finish_input() { return {}; }
  // Nothing more comes, also after an error.
  virtual Result<void> close() { return {}; }

  const AppendTotals& totals() const { return totals_; }
  // Why nothing was appended, when that is the answer and not a fault.
  const std::optional<std::string>& refusal() const { return refusal_; }

 protected:
  void note_failure(bool has_failed, log::SyncLevel level, std::size_t events) {
    if (!has_failed) return;
    if (level == log::SyncLevel::interval) totals_.has_unsynced_part = true;
    if (level == log::SyncLevel::batch) {
      totals_.uncertain_events += static_cast<std::int64_t>(events);
    }
  }

  AppendTotals totals_;
  std::optional<std::string> refusal_;
};

// Appends everything.
class PlainAppender final : public Appender {
 public:
  PlainAppender(write::PartitionWriters& writers, Acknowledger& acknowledger, log::SyncLevel level)
      : writers_(writers), acknowledger_(acknowledger), level_(level) {}

  Result<void> append(SettledChunk incoming) override;

 private:
  write::PartitionWriters& writers_;
  Acknowledger& acknowledger_;
  log::SyncLevel level_;
};

// Appends what the producer's name does not have in the log yet.
//
// Nothing should be appended when the input is not the one that the name stands for. So chunks with
// new events are held until every partition's known records have been met again. A run that was
// killed, or is under way beside this one, appends in chunk order, which keeps the partitions
// within a chunk of each other. A partition can be further behind where a disk lost what was not
// synced, or where it was restored: after more than can be held the appending begins, for all that
// was compared until then is the same.
class IdempotentAppender final : public Appender {
 public:
  IdempotentAppender(write::PartitionWriters& writers, Acknowledger& acknowledger,
                     const ProduceOptions& options, ChunkPool& pool, std::size_t held_chunks_max);

  Result<void> append(SettledChunk incoming) override;
  Result<void> finish_input() override;

 private:
  bool has_unseen() const;
  Result<void> append_held();
  Result<void> append_one(SettledChunk settled);

  write::PartitionWriters& writers_;
  Acknowledger& acknowledger_;
  const ProduceOptions& options_;
  std::size_t held_chunks_max_;
  std::vector<ProducerSession> sessions_;  // By partition.
  HeldChunks held_;
  bool is_done_holding_ = false;
};

// Writes nothing, and counts.
class DryAppender final : public Appender {
 public:
  explicit DryAppender(Acknowledger& acknowledger) : acknowledger_(acknowledger) {}

  Result<void> append(SettledChunk incoming) override;

 private:
  Acknowledger& acknowledger_;
};

}  // namespace estream::tool
