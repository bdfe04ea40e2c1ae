#include "log/verify/pass.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "log/commit_slot.h"
#include "log/names.h"
#include "log/verify/agreement.h"
#include "log/verify/broker_files.h"
#include "log/verify/commit.h"
#include "log/verify/file_names.h"
#include "log/verify/small_files.h"

namespace estream::log {

namespace {

bool is_same_file(const io::FileStatus& a, const io::FileStatus& b) {
  return a.device == b.device && a.inode == b.inode && a.size_bytes == b.size_bytes &&
         a.modified_ms == b.modified_ms;
}

class Pass {
 public:
  Pass(const io::Directory& directory, Layout layout, std::optional<Offset> log_start_offset,
       const VerifyOptions& options, ProvenSegments& proven)
      : directory_(directory),
        layout_(layout),
        log_start_offset_(log_start_offset.value_or(Offset{0})),
        options_(options),
        proven_(proven) {}

  PartitionProof run() {
    if (layout_ == Layout::estream) commit_ = prove_commit(directory_, findings_);
    auto names = prove_names(directory_, layout_, findings_);
    if (names) {
      names_ = *std::move(names);
      prove_small_files();
      plan_segments();
      walk_segments();
      if (!options_.is_stopped()) {
        remember_segments();
        prove_agreement({directory_, layout_, log_start(), commit_, epochs_, tasks_, outcomes_},
                        findings_);
      }
    } else {
      findings_.add(Remedy::none, directory_.name(), names.error());
    }
    proof_.findings = findings_.take();
    return std::move(proof_);
  }

 private:
  void prove_small_files() {
    epochs_ = prove_epochs(directory_, layout_, names_, findings_);
    if (layout_ == Layout::estream) prove_lock(directory_, names_, commit_, findings_);
    for (const std::string& name : names_.broker_files) {
      prove_broker_file(directory_, name, findings_);
    }
  }

  Offset log_start() const {
    return commit_.state ? std::max(log_start_offset_, commit_.state->log_start_offset)
                         : log_start_offset_;
  }

  void plan_segments() {
    for (const Offset base : names_.segments) tasks_.push_back(plan(base));
    outcomes_.resize(tasks_.size());
  }

  SegmentTask plan(Offset base) const {
    SegmentTask task = {.base = base};
    task.is_unrecovered = names_.with_new_indexes.contains(base);
    if (!commit_.state) {
      const bool is_last = base == names_.segments.back();
      task.role = is_last ? SegmentRole::open_ended : SegmentRole::sealed;
      return task;
    }
    const CommitState& state = *commit_.state;
    if (base < state.segment_base) return task;
    task.role = base > state.segment_base ? SegmentRole::open_ended : SegmentRole::active;
    task.is_unrecovered = is_unrecovered(directory_, state);
    if (task.role == SegmentRole::active) {
      task.settled = is_other_boot(directory_, state) ? state.synced : state.written;
      task.edges = {state.written, state.synced, state.published};
    }
    return task;
  }

  // A broker's indexes have their entries at other places, for example after each of its restarts.
  IndexRules index_rules() const {
    const bool is_brokers = layout_ == Layout::kafka || !names_.broker_files.empty();
    return is_brokers || !commit_.is_there ? IndexRules::safe : IndexRules::exact;
  }

  void walk_segments() {
    const VerifyContext context = {&directory_, layout_, index_rules(), epochs_, &findings_};
    std::vector<VerifyPool::Walk> walks;
    for (std::size_t i = 0; i < tasks_.size(); i++) {
      if (is_proven(i)) continue;
      walks.emplace_back([this, &context, i](const VerifyPool::HandOut& hand_out) {
        if (options_.is_stopped()) return;
        SegmentWalk(context, tasks_[i], outcomes_[i]).run(hand_out);
      });
    }
    VerifyPool(layout_, options_, findings_).run(std::move(walks));
    proof_.segments = static_cast<std::int64_t>(tasks_.size());
    for (const SegmentOutcome& outcome : outcomes_) {
      proof_.batches += outcome.batches;
      proof_.records += outcome.records;
      proof_.bytes += outcome.bytes;
    }
  }

  bool is_proven(std::size_t i) {
    const auto found = proven_.find(tasks_[i].base);
    if (found == proven_.end() || found->second.task != tasks_[i]) return false;
    const std::string name = segment_file_name(tasks_[i].base, SegmentFile::log);
    const auto status = directory_.status(name);
    const bool is_there = status && *status;
    if (!is_there || !is_same_file(**status, found->second.outcome.log)) return false;
    outcomes_[i] = found->second.outcome;
    findings_.add(found->second.notes);
    return true;
  }

  void remember_segments() {
    proven_.clear();
    for (std::size_t i = 0; i < tasks_.size(); i++) {
      std::vector<Finding> found;
      for (const SegmentFile kind :
           {SegmentFile::log, SegmentFile::index, SegmentFile::time_index}) {
        const std::string name = segment_file_name(tasks_[i].base, kind);
        std::ranges::move(findings_.of_file(directory_.path_of(name)), std::back_inserter(found));
      }
      const auto is_note = [](const Finding& finding) {
        return finding.kind == Finding::Kind::note;
      };
      if (!outcomes_[i].is_walked || !std::ranges::all_of(found, is_note)) continue;
      proven_[tasks_[i].base] = {tasks_[i], outcomes_[i], std::move(found)};
    }
  }

  const io::Directory& directory_;
  Layout layout_;
  Offset log_start_offset_;
  const VerifyOptions& options_;
  ProvenSegments& proven_;
  Findings findings_;
  PartitionProof proof_;
  CommitProof commit_;
  PartitionNames names_;
  std::optional<LeaderEpochs> epochs_;
  std::vector<SegmentTask> tasks_;
  std::vector<SegmentOutcome> outcomes_;
};

}  // namespace

PartitionProof prove_once(const io::Directory& directory, Layout layout,
                          std::optional<Offset> log_start_offset, const VerifyOptions& options,
                          ProvenSegments& proven) {
  return Pass(directory, layout, log_start_offset, options, proven).run();
}

}  // namespace estream::log
