#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "io/directory.h"
#include "log/maintenance/batch_rewriter.h"
#include "log/maintenance/inventory.h"
#include "log/maintenance/key_compaction.h"
#include "log/maintenance/key_map.h"

namespace estream::log {

// One round of a compaction: the last offsets of the keys in a part of the log.
struct KeyRound {
  KeyMap keys;
  Offset begin;  // Of the part. The rounds before had the keys below it.
  Offset end;    // Of the part: the first offset without room in the map, or the end of the log.
};

// Judges everything below the round's end.
class KeyJudge : public RecordJudge {
 public:
  KeyJudge(const KeyRound& round, const KeyCompaction& options)
      : round_(round), options_(options) {}

  Fate judge(const BatchHeader& batch, const RecordView& record) const override;

 private:
  const KeyRound& round_;
  const KeyCompaction& options_;
};

// Collects the keys from `from` on, until there is no more room.
Result<KeyRound> collect_keys(const io::Directory& directory,
                              std::span<const SegmentSummary> sealed, Offset from,
                              const KeyCompaction& options);

struct Removal {
  // In addition to those that the rounds before remove.
  std::int64_t records = 0;
  // Whether the compaction must not wait any longer: a removed record is older than max_lag_ms, a
  // tombstone's time is over, or a tombstone that is older than this time has no mark yet.
  bool is_overdue = false;
};

// What the round removes from the log of `sealed`. Marks keys.
Result<Removal> count_removed(const io::Directory& directory,
                              std::span<const SegmentSummary> sealed, KeyRound& round,
                              const KeyCompaction& options);

}  // namespace estream::log
