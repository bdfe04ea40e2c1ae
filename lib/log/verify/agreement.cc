#include "log/verify/agreement.h"

#include <algorithm>
#include <array>

#include "log/names.h"

namespace estream::log {

namespace {

// Where a slot has the fields that are compared; see commit_slot.h.
constexpr std::uint64_t log_start_offset_at = 80;
constexpr std::uint64_t flags_at = 92;
struct EdgeField {
  const char* name;
  std::uint64_t at;
};
constexpr std::array<EdgeField, 3> edge_fields = {
    {{"written", 32}, {"synced", 48}, {"published", 64}}};

class Agreement {
 public:
  Agreement(const PartitionParts& parts, Findings& findings)
      : parts_(parts), tasks_(parts.tasks), outcomes_(parts.outcomes), findings_(findings) {}

  // `expected` is the offset at which the next segment has to begin, if that is known. The first
  // segment may begin before the log start offset.
  void prove_tiling() {
    std::optional<Offset> expected;
    if (parts_.commit.state) expected = parts_.log_start_offset;
    // A leftover of a compaction is covered by the segment before it. If that segment cannot be
    // read, nobody knows which segments are leftovers, and so which offsets are missing.
    bool is_in_doubt = false;
    for (std::size_t i = 0; i < tasks_.size(); i++) {
      if (expected && tasks_[i].base > *expected && !is_in_doubt) prove_hole(i, *expected);
      if (i > 0 && expected && tasks_[i].base < *expected) {
        // A broker never leaves such a state.
        if (parts_.layout == Layout::estream && is_covered(i, *expected)) continue;
        if (!is_unreadable(i)) note_overlap(i, *expected);
      }
      note_deleted(i);
      is_in_doubt = is_in_doubt || is_unreadable(i);
      expected.reset();
      if (outcomes_[i].is_walked) expected = outcomes_[i].end;
    }
  }

  void prove_commit_state() {
    const CommitState& state = *parts_.commit.state;
    const auto active = std::ranges::find(tasks_, state.segment_base, &SegmentTask::base);
    if (active == tasks_.end()) {
      return findings_.fault(Remedy::restore_log, path_of_log(state.segment_base), std::nullopt,
                             "the active segment is missing");
    }
    const auto at = static_cast<std::size_t>(active - tasks_.begin());
    prove_edges(tasks_[at], outcomes_[at]);
    prove_age(outcomes_[at]);
    prove_later_segments(at);
    prove_epoch(outcomes_[at]);
    if (state.log_start_offset > state.written.offset) {
      fault_in_slot(log_start_offset_at, "the log start offset " + shown(state.log_start_offset) +
                                             " is beyond the end, " + shown(state.written.offset));
    }
    if (state.is_poisoned) {
      findings_.note(parts_.commit.name, parts_.commit.slot_position + flags_at,
                     "a sync of the active segment failed; the next writer copies what is valid");
    }
  }

 private:
  std::string path_of_log(Offset base) const {
    return parts_.directory.path_of(segment_file_name(base, SegmentFile::log));
  }

  bool is_unreadable(std::size_t i) const {
    return std::ranges::any_of(
        findings_.of_file(path_of_log(tasks_[i].base)),
        [](const Finding& finding) { return finding.kind == Finding::Kind::unreadable; });
  }

  void fault_in_slot(std::uint64_t field, const std::string& what) {
    findings_.fault(Remedy::match_commit, parts_.commit.name, parts_.commit.slot_position + field,
                    what);
  }

  void prove_hole(std::size_t i, Offset expected) {
    if (parts_.layout == Layout::kafka) return;
    // After a power loss, any file of the segments that retention deleted may be gone.
    if (tasks_[i].base <= parts_.log_start_offset) return;
    findings_.fault(
        Remedy::none, path_of_log(tasks_[i].base), 0,
        "the segment begins at offset " + shown(tasks_[i].base) + ": offsets " + shown(expected) +
            " to " + shown(tasks_[i].base + -1) + " before it are missing: restore " +
            segment_file_name(expected, SegmentFile::log) + " from a copy of the partition");
  }

  void note_overlap(std::size_t i, Offset expected) {
    findings_.fault(Remedy::restore_log, path_of_log(tasks_[i].base), 0,
                    "the segment begins at offset " + shown(tasks_[i].base) +
                        ", but the one before it goes up to " + shown(expected + -1));
  }

  bool is_covered(std::size_t i, Offset expected) {
    const SegmentOutcome& outcome = outcomes_[i];
    if (!outcome.is_walked || outcome.end > expected || outcome.end <= tasks_[i].base) return false;
    findings_.note(path_of_log(tasks_[i].base), std::nullopt,
                   "the segment before it also has its offsets: left by a compaction that is "
                   "running or was interrupted; nothing reads it");
    return true;
  }

  void note_deleted(std::size_t i) {
    const bool is_last = i + 1 == tasks_.size();
    const SegmentOutcome& outcome = outcomes_[i];
    const bool is_deleted = outcome.is_walked && outcome.end <= parts_.log_start_offset;
    if (is_last || !is_deleted || outcome.end == tasks_[i].base) return;
    findings_.note(path_of_log(tasks_[i].base), std::nullopt,
                   "lies before the log start offset: retention will remove it");
  }

  void prove_edges(const SegmentTask& task, const SegmentOutcome& outcome) {
    if (!outcome.is_walked) return;
    for (std::size_t i = 0; i < edge_fields.size(); i++) {
      const LogPosition& edge = task.edges[i];
      const auto [name, at] = edge_fields.at(i);
      if (outcome.has_edge[i]) continue;
      // After a restart of the machine, everything that was not synced may be gone. There may be
      // other bytes in its place, whose newer slot is gone, too. But readers may have seen the
      // published records, so their loss is more than a note.
      const bool is_unsynced =
          edge.bytes > task.settled.bytes && is_other_boot(parts_.directory, *parts_.commit.state);
      if (is_unsynced && i == 0) continue;
      if (is_unsynced) {
        const Offset first = std::min(outcome.end, edge.offset + -1);
        findings_.fault(Remedy::none, parts_.commit.name, parts_.commit.slot_position + at,
                        "offsets " + shown(first) + " to " + shown(edge.offset + -1) +
                            " had been " + name +
                            " but were lost when the machine stopped; the "
                            "next writer goes on behind what is left, with the next epoch");
        continue;
      }
      fault_in_slot(at, std::string("the ") + name + " length " + std::to_string(edge.bytes) +
                            " with offset " + shown(edge.offset) +
                            " is not where a batch of the active segment ends");
    }
  }

  // Each append writes the slot after its batch. So a writer that died leaves at most one batch
  // behind the written length.
  void prove_age(const SegmentOutcome& active) {
    const CommitState& state = *parts_.commit.state;
    if (active.unsettled_batches < 2 || is_unrecovered(parts_.directory, state)) return;
    if (!is_current(parts_.directory, state)) return;
    fault_in_slot(edge_fields[0].at,
                  "the active segment has " + std::to_string(active.unsettled_batches) +
                      " batches behind the written length " + std::to_string(state.written.bytes) +
                      ": this file is older than the segment");
  }

  void prove_later_segments(std::size_t active) {
    for (std::size_t i = active + 1; i < tasks_.size(); i++) {
      const std::string path = path_of_log(tasks_[i].base);
      if (is_unrecovered(parts_.directory, *parts_.commit.state)) {
        findings_.note(path, std::nullopt,
                       "begun by a roll that was interrupted; the next writer goes on there");
        continue;
      }
      findings_.fault(Remedy::none, path, std::nullopt,
                      "is behind the active segment, which begins at offset " +
                          shown(tasks_[active].base) +
                          ": commit is older than the segments, or this file was put here; restore "
                          "all of them from one copy");
    }
  }

  void prove_epoch(const SegmentOutcome& outcome) {
    if (!parts_.epochs || !outcome.is_walked) return;
    const CommitState& state = *parts_.commit.state;
    const std::int32_t last = parts_.epochs->last();
    const std::string path = parts_.directory.path_of(epochs_file_name);
    const Offset end = std::max(outcome.end, state.written.offset);
    if (parts_.epochs->at(end) != last) {
      findings_.fault(Remedy::restore_epochs, path, std::nullopt,
                      "epoch " + std::to_string(last) +
                          " begins beyond the end of the log, offset " + shown(end));
    }
    // Recovery writes the table before the slot.
    const bool may_be_older = is_unrecovered(parts_.directory, state) && state.epoch < last;
    if (state.epoch == last || may_be_older) return;
    findings_.fault(Remedy::restore_epochs, path, std::nullopt,
                    "the last epoch is " + std::to_string(last) + ", but the commit slot has " +
                        std::to_string(state.epoch));
  }

  const PartitionParts& parts_;
  const std::vector<SegmentTask>& tasks_;
  const std::vector<SegmentOutcome>& outcomes_;
  Findings& findings_;
};

}  // namespace

bool is_unrecovered(const io::Directory& directory, const CommitState& state) {
  return is_other_boot(directory, state) || state.is_poisoned || state.is_rolling;
}

bool is_current(const io::Directory& directory, const CommitState& state) {
  const auto file = directory.open_file(commit_file_name, io::OpenMode::read);
  if (!file) return false;
  const auto now = read_commit(*file);
  return now && now->sequence == state.sequence;
}

void prove_agreement(const PartitionParts& parts, Findings& findings) {
  Agreement agreement(parts, findings);
  agreement.prove_tiling();
  if (parts.commit.state) agreement.prove_commit_state();
}

}  // namespace estream::log
