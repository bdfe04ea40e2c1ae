#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/types.h"
#include "io/directory.h"
#include "log/commit_slot.h"
#include "log/leader_epochs.h"
#include "log/verify/batch_check.h"
#include "log/verify/findings.h"
#include "log/verify/index.h"
#include "record/batch_header.h"

namespace estream::log {

// The kind of a segment. It decides how far the segment has to be whole.
enum class SegmentRole {
  sealed,      // All of it has to be whole.
  active,      // Up to `settled`; the bytes behind it may be anything.
  open_ended,  // The last segment of a broker: it may end in an incomplete batch or in zeros.
};

// The data that the walks of all segments of a partition share.
struct VerifyContext {
  const io::Directory* directory;
  Layout layout;
  IndexRules index_rules;
  std::optional<LeaderEpochs> epochs;  // Nothing when there is no such table.
  Findings* findings;
};

struct SegmentTask {
  Offset base;
  SegmentRole role = SegmentRole::sealed;
  LogPosition settled = {};  // Of the active segment.
  // A writer's recovery, or the next compaction, will build its indexes again in any case.
  bool is_unrecovered = false;
  std::vector<LogPosition> edges = {};  // Places where a batch should end.

  friend bool operator==(const SegmentTask&, const SegmentTask&) = default;
};

struct SegmentOutcome {
  Offset end;              // The offset after its last batch.
  bool is_walked = false;  // False when damage hides its end.
  std::int64_t batches = 0;
  std::int64_t unsettled_batches = 0;  // How many of them are behind `settled`.
  std::int64_t records = 0;
  std::uint64_t bytes = 0;
  std::vector<bool> has_edge;  // For each of the task's edges.
  io::FileStatus log;          // The file that was checked.
};

// Goes through the headers of one segment, checks all their fields, and hands out its batches.
class SegmentWalk {
 public:
  SegmentWalk(const VerifyContext& context, const SegmentTask& task, SegmentOutcome& outcome);

  void run(const VerifyPool::HandOut& hand_out);

 private:
  bool open();
  std::uint64_t size() const { return outcome_->log.size_bytes; }
  void prove_indexes();
  void walk_settled(std::uint64_t limit);
  void walk_unsettled();
  bool pass_old_batch(std::uint64_t limit);
  void tell_of_old_batches();
  void see(const BatchHeader& header, std::uint64_t position);
  void see_offsets(const BatchHeader& header, std::uint64_t position);
  void see_epoch(const BatchHeader& header, std::uint64_t position);
  void see_edge();
  void meet_end(std::uint64_t limit);
  void meet_damage(const Error& error, std::uint64_t limit);
  void give_range();

  const VerifyContext* context_;
  const SegmentTask* task_;
  SegmentOutcome* outcome_;
  const VerifyPool::HandOut* hand_out_ = nullptr;

  std::string name_;
  std::shared_ptr<const io::File> log_;
  Findings index_findings_;
  std::optional<IndexProof> indexes_;
  LogPosition at_;  // Behind the last batch that was read.
  bool has_gap_ = false;
  std::optional<Offset> alternative_;  // The next batch may also begin here, after a wrong offset.
  std::uint64_t range_from_ = 0;
  bool is_torn_ = false;
  std::int64_t old_batches_ = 0;
  std::uint64_t first_old_ = 0;
};

}  // namespace estream::log
