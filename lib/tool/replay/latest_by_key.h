#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sip_hash.h"
#include "io/system.h"
#include "json/event_parser.h"
#include "json/path.h"
#include "read/batch_stage.h"
#include "read/batch_work.h"
#include "tool/replay/external_sort.h"

namespace estream::tool {

// What becomes of a record without a key, for which there is no "latest by key".
enum class Keyless { refused, left_out };

struct LatestOptions {
  // Where in the value the key is; nothing for the record's own key. A tombstone, which has no
  // value, always counts for its own.
  std::optional<json::Path> key_path = {};
  Keyless keyless = Keyless::refused;
  std::optional<std::int64_t> records_max = {};  // Only the first so many take part.
};

// The last record of a key.
struct LatestRecord {
  Hash128 key;                  // Of topic and key.
  std::int64_t first_seen = 0;  // The number of the key's first record in the order of reading.
  std::int64_t offset = 0;
  std::uint32_t source = 0;
  std::uint32_t is_tombstone = 0;
};

// Takes records in their final order, as the sink of a RecordMerge, and notes for each key where
// its last one is, but nothing of their content: 40 bytes a key, whatever its length. Keys are the
// same when they are in topics of the same name. Two keys count as one when a keyed 128-bit hash of
// them is the same; see Hash128.
//
// Keys beyond the memory limit go to a temporary file.
class LatestByKey {
 public:
  // `plan` names the sources and must outlive this.
  LatestByKey(io::System& system, const read::StagePlan& plan, const LatestOptions& options,
              const SpillOptions& spill);

  bool put(const read::BatchWork& work, const read::OutputPiece*& next,
           const read::OutputPiece* end) {
    if (options_.records_max && end - next > *options_.records_max - taken_) {
      end = next + (*options_.records_max - taken_);
    }
    for (; next != end; next++) {
      const RecordView& record = work.records[next->record];
      if (!options_.key_path && record.key) {
        note(work.source, record, *record.key);
      } else if (!put_unusual(work.source, record)) {
        return false;
      }
    }
    return !is_over();
  }
  bool is_over() const {
    return failure_ || (options_.records_max && taken_ >= *options_.records_max);
  }

  // Records that took part.
  std::int64_t taken() const { return taken_; }

  // No more are put in; next() begins. Answers what went wrong with a record, or on the disk.
  Result<void> finish();

  // The next key's last record, in no order; null after the last one.
  Result<const LatestRecord*> next();

  bool has_spilled() const { return runs_.has_spilled(); }

 private:
  struct ByKey {
    static bool less(const LatestRecord& a, const LatestRecord& b) {
      return a.key.high != b.key.high ? a.key.high < b.key.high : a.key.low < b.key.low;
    }
    static void combine(LatestRecord& into, const LatestRecord& later) {
      const std::int64_t first_seen = into.first_seen;
      into = later;
      into.first_seen = first_seen;
    }
  };

  void note(std::size_t source, const RecordView& record, std::string_view key) {
    LatestRecord& latest = waiting_[waiting_count_++];
    latest = {.key = sip_hash(key, secrets_[source]),
              .first_seen = taken_++,
              .offset = record.offset.value,
              .source = static_cast<std::uint32_t>(source),
              .is_tombstone = record.value ? 0U : 1U};
    __builtin_prefetch(&slots_[latest.key.low & (slots_.size() - 1)], 1);
    if (waiting_count_ == waiting_.size()) put_waiting();
  }
  bool put_unusual(std::size_t source, const RecordView& record);
  Result<std::optional<std::string_view>> key_of(const RecordView& record);
  void put_waiting();
  Result<void> put_latest(const LatestRecord& latest);
  std::size_t place_of(const Hash128& key) const;
  Result<void> make_room();
  Result<void> spill();
  std::size_t gather();
  Error placed(std::size_t source, Offset offset, const std::string& what) const;

  const read::StagePlan* plan_;
  LatestOptions options_;
  std::vector<HashSecret> secrets_;  // Of each source: the same for those of one topic.
  json::EventParser parser_;
  std::optional<Error> failure_;
  std::int64_t taken_ = 0;

  // Records whose slots are on their way from memory to the processor.
  std::array<LatestRecord, 32> waiting_;
  std::size_t waiting_count_ = 0;

  std::size_t slots_max_;
  std::vector<LatestRecord> slots_;  // A power of two, never full; free where first_seen < 0.
  std::size_t used_ = 0;
  ExternalSort<LatestRecord, ByKey> runs_;
  std::size_t returned_ = 0;
};

}  // namespace estream::tool
