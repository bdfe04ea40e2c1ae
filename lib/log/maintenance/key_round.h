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

// The last offsets of the keys in a part of the log: what one round of a compaction knows.
struct KeyRound {
  KeyMap keys;
  Offset begin;  // Of the part; the rounds before had what is below.
  Offset end;    // Where the part ends: the first offset that had no room, or the log's end.
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

// Takes in the keys from `from` on, as many as have room.
Result<KeyRound> collect_keys(const io::Directory& directory,
                              std::span<const SegmentSummary> sealed, Offset from,
                              const KeyCompaction& options);

// How many records the round removes from a log that is as `sealed` has it, beside those that the
// rounds before it remove. Marks keys.
Result<std::int64_t> count_removed(const io::Directory& directory,
                                   std::span<const SegmentSummary> sealed, KeyRound& round,
                                   const KeyCompaction& options);

}  // namespace estream::log
