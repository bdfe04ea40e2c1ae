#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sip_hash.h"
#include "io/system.h"
#include "read/end_condition.h"
#include "read/read_pipeline.h"
#include "tool/records/record_copier.h"
#include "tool/replay/named_copy.h"

namespace estream::tool {

// Finds how much of a copy an earlier run under the same name has made, before anything is
// appended. Every record that a partition has under the name must be the next one of a source, by
// time, key, value and headers (a keyed 128-bit hash of them, see Hash128); which source that is
// the content tells. Where two sources have the same content next it does not matter whose it is
// taken for: either way each event is there once in the end.
//
// Sources are read as far as the log needs it: of those from which its next record may be, the one
// with the earliest record, as the run before did. What a partition does not need yet waits, as 24
// bytes.
class CopyComparison {
 public:
  // All must outlive this.
  CopyComparison(io::System& system, RecordCopier& copier, NamedCopy& copy);

  // False when `end` came first. Error::Code::corrupt where the log has what the sources have not:
  // the name stands for other topics or options, or retention or compaction removed something.
  Result<bool> run(read::ReadPipeline& pipeline, const read::EndCondition& end);

  // Where the source has to be read from, after run(): all before it is in the copy.
  Offset begin(std::size_t source) const;

 private:
  struct Waiting {
    Hash128 content;
    Offset offset;
  };
  // A partition of the copy.
  struct Target {
    std::int64_t known = 0;
    std::int64_t compared = 0;
    std::optional<std::size_t> only_source;    // The one that may go there, if it is one.
    bool has_next = false;                     // The following two are of the record `compared`.
    std::optional<Hash128> next;               // Nothing when it was removed.
    std::vector<std::deque<Waiting>> waiting;  // By source.

    bool is_done() const { return compared == known; }
  };

  Result<bool> compare(std::size_t partition);
  Result<bool> is_anything_new();
  Result<std::optional<std::size_t>> choose(std::size_t partition);
  Result<bool> fill(std::size_t source);
  Result<void> take(std::size_t source);
  Result<void> advance(std::size_t partition);
  Result<std::optional<std::size_t>> owner_of_next(std::size_t partition);
  Result<void> load_next(std::size_t partition);
  void settle(Target& target);
  void note_new(std::size_t source, Offset offset);
  Hash128 content_of(RecordView record);
  Result<bool> refuse(std::size_t partition);

  RecordCopier* copier_;
  NamedCopy* copy_;
  HashSecret secret_;
  read::ReadPipeline* pipeline_ = nullptr;
  const read::EndCondition* end_ = nullptr;
  std::vector<Target> targets_;
  std::vector<bool> is_exhausted_;               // By source.
  std::vector<std::optional<Offset>> new_from_;  // By source: the first that the copy lacks.
  std::string stored_;
};

}  // namespace estream::tool
