#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/output.h"
#include "tool/produce/produce_options.h"
#include "tool/records/chunk.h"
#include "write/background_sync.h"
#include "write/partition_writers.h"

namespace estream::tool {

// A chunk whose events are in the log, or were there before.
struct SettledChunk {
  std::unique_ptr<Chunk> chunk;
  std::vector<std::int64_t> offsets;  // By event of the chunk; empty when nobody asks for them.
  std::vector<bool> was_there;        // By event; empty when all are new.
  std::string source;
  std::int64_t first_line = 1;  // Of the chunk, in its source.
};

// Knows which chunks are appended and not yet durable, has them synced, and then acknowledges
// their events: counts them, and prints receipts or copies them to standard output, in order.
class Acknowledger {
 public:
  Acknowledger(io::System& system, const ProduceOptions& options, write::PartitionWriters& writers,
               ChunkPool& pool);

  // Before anything else.
  Result<void> start();

  // Takes over a chunk that was appended.
  Result<void> settle(SettledChunk settled);

  // Says on standard output that nothing was appended, because the key has an event at `last`. Not
  // while something is settled.
  Result<void> print_conflict(Offset last);

  // All that was settled is acknowledged, or the answer is an error.
  Result<void> finish();

  // Nothing more will be acknowledged; finish() says why.
  bool has_failed();

  std::int64_t acknowledged_events() const { return acknowledged_events_; }
  // "stdin:17", the last line acknowledged; empty before there is one.
  std::string last_line() const;

  bool prints() const { return options_.prints_receipts || options_.copies_input; }

 private:
  struct Pending {
    SettledChunk settled;  // Without its chunk when nothing is to be printed.
    std::int64_t events = 0;
    std::uint32_t last_event_line = 0;
  };

  Result<void> sync_and_acknowledge();
  Result<void> acknowledge_now();
  Result<void> acknowledge(std::deque<Pending>& ready);
  void give_up(std::deque<Pending> ready);
  Result<void> print(const SettledChunk& settled);
  const char* acknowledgement(bool was_there) const;
  void append_copy(std::string_view event);
  void append_receipt(const SettledChunk& settled, std::size_t event);

  const ProduceOptions& options_;
  write::PartitionWriters& writers_;
  ChunkPool& pool_;
  io::Output output_;
  std::string text_;
  std::mutex mutex_;
  std::deque<Pending> pending_;
  bool has_failed_ = false;
  std::int64_t acknowledged_events_ = 0;
  std::string last_source_;
  std::int64_t last_line_ = 0;
  std::unique_ptr<write::BackgroundSync>
      background_;  // Only for SyncLevel::interval. Last: it uses all.
};

}  // namespace estream::tool
