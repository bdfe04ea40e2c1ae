#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/system.h"
#include "read/end_condition.h"
#include "tool/replay/blob_sort.h"
#include "tool/replay/external_sort.h"
#include "tool/replay/latest_by_key.h"
#include "tool/replay/replay_input.h"
#include "tool/replay/state_printer.h"

namespace estream::tool {

enum class Deleted {
  left_out,  // Keys whose last record is a tombstone.
  included,
};

struct StateOptions {
  LatestOptions latest = {};
  Deleted deleted = Deleted::left_out;
  // What keys, places and records may take together, about; more goes to `temporary_directory`.
  std::size_t memory_bytes = 64 << 20;
  std::string temporary_directory = "/tmp";
};

// The state that the records of an input add up to: the last one of each key, in the order in which
// the keys were first seen.
//
//   StateRun run(system, input, options);
//   if (TRY(run.collect(end))) TRY(run.write(end, take));
//
// collect() reads everything and keeps only where each key's last record is; write() reads the
// batches that have these, each once, and puts their records in order. Every step takes a bounded
// amount of memory and goes to the disk beyond it.
class StateRun {
 public:
  // `input` must outlive this.
  StateRun(io::System& system, const ReplayInput& input, const StateOptions& options);

  // Called once. False when `end` was met before all records were seen: there is no state then.
  Result<bool> collect(const read::EndCondition& end);

  // Called once, after collect(). False when `end` was met before `take` had all it wanted.
  // Error::Code::busy when a record is gone because the log was compacted or shortened meanwhile.
  Result<bool> write(const read::EndCondition& end, const TakePieces& take);

  std::int64_t records() const { return records_; }  // That took part.
  std::int64_t keys() const { return keys_; }        // That write() gives out.
  std::int64_t deleted_keys() const { return deleted_keys_; }
  std::int64_t corrupt_batches() const { return corrupt_batches_; }  // Skipped, where allowed.
  // Of the records that took part, those that could not be enriched.
  const read::PlainRecords& plain_records() const { return plain_records_; }

 private:
  struct Winner {
    std::int64_t first_seen = 0;
    std::int64_t offset = 0;
    std::uint64_t source = 0;
  };
  struct ByPlace {
    static bool less(const Winner& a, const Winner& b) {
      return a.source != b.source ? a.source < b.source : a.offset < b.offset;
    }
  };
  class Fetch;

  Result<void> choose(LatestByKey& latest);
  Result<bool> fetch(const read::EndCondition& end, BlobSort& records);
  Result<bool> fetch_some(const read::EndCondition& end, const std::vector<Winner>& winners,
                          BlobSort& records) const;
  Result<void> print(BlobSort& records, const TakePieces& take) const;
  SpillOptions spill(std::size_t memory_bytes) const;

  io::System* system_;
  const ReplayInput* input_;
  StateOptions options_;
  std::optional<ExternalSort<Winner, ByPlace>> winners_;
  std::int64_t records_ = 0;
  std::int64_t keys_ = 0;
  std::int64_t deleted_keys_ = 0;
  std::int64_t corrupt_batches_ = 0;
  read::PlainRecords plain_records_;
};

}  // namespace estream::tool
