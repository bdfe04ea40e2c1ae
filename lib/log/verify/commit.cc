#include "log/verify/commit.h"

#include <array>

#include "log/names.h"

namespace estream::log {

namespace {

constexpr int agreeing_read_attempts = 20;
constexpr std::int64_t read_pause_ns = 250'000;
constexpr std::size_t commit_bytes_max = 1 << 20;
constexpr std::array<std::size_t, 2> slot_positions = {0, commit_slot_stride};

using Slots = std::array<std::optional<CommitState>, 2>;

Slots decode_slots(std::string_view content) {
  Slots slots;
  for (std::size_t i = 0; i < slots.size(); i++) {
    if (content.size() < slot_positions.at(i) + commit_slot_bytes) continue;
    slots.at(i) = decode_commit(as_bytes(content.substr(slot_positions.at(i), commit_slot_bytes)));
  }
  return slots;
}

// The slot that counts; nothing when both are damaged.
std::optional<std::size_t> newer_of(const Slots& slots) {
  if (!slots[0] && !slots[1]) return std::nullopt;
  if (!slots[0] || !slots[1]) return slots[0] ? 0 : 1;
  return slots[1]->sequence > slots[0]->sequence ? 1 : 0;
}

// The sequence numbers alternate between the slots: even ones in the first.
bool are_in_turn(const Slots& slots) {
  const std::int64_t step = slots[0]->sequence - slots[1]->sequence;
  return (step == 1 || step == -1) && slots[0]->sequence % 2 == 0;
}

// Finds the errors in the slots. If the machine was started again since, a slot may be half on the
// device, or the slot that was written before it may be missing. This is only a note.
class SlotJudge {
 public:
  SlotJudge(const Slots& slots, const io::Directory& directory, Findings& findings)
      : slots_(slots), name_(directory.path_of(commit_file_name)), findings_(findings) {
    const auto newer = newer_of(slots);
    may_be_torn_ = newer && is_other_boot(directory, *slots.at(*newer));
  }

  void judge() {
    if (!slots_[0] && !slots_[1]) {
      return findings_.fault(Remedy::rebuild_commit, name_, 0,
                             "both commit slots are damaged; the records are in the segments");
    }
    for (std::size_t i = 0; i < slots_.size(); i++) {
      if (!slots_.at(i))
        add(slot_positions.at(i), "this commit slot is damaged; the other one is valid");
    }
    if (slots_[0] && slots_[1] && !are_in_turn(slots_)) {
      add(commit_field::sequence,
          "the slots have the sequences " + std::to_string(slots_[0]->sequence) + " and " +
              std::to_string(slots_[1]->sequence) + ", which were not written in turn");
    }
  }

 private:
  void add(std::uint64_t position, const std::string& what) {
    if (!may_be_torn_) return findings_.fault(Remedy::append, name_, position, what);
    findings_.note(name_, position,
                   what + "; the machine was started again since: the next writer recovers");
  }

  const Slots& slots_;
  std::string name_;
  Findings& findings_;
  bool may_be_torn_ = false;
};

// The error in the gap between the slots. It may hold only zeros, a poison mark, or the beginning
// of one.
std::string gap_of(std::string_view content) {
  std::string gap(content.substr(0, commit_slot_stride));
  if (gap.size() < poison_mark_at + poison_mark_bytes) return gap;
  const std::string_view mark = content.substr(poison_mark_at, poison_mark_bytes);
  if (is_poison_mark(as_bytes(mark)) || is_unfinished_poison_mark(as_bytes(mark))) {
    gap.replace(poison_mark_at, mark.size(), mark.size(), '\0');
  }
  return gap;
}

void look_around_slots(std::string_view content, const std::string& name, Findings& findings) {
  const std::size_t other = gap_of(content).find_first_not_of('\0', commit_slot_bytes);
  if (other != std::string::npos) {
    findings.fault(Remedy::rebuild_commit, name, other,
                   "not zero, between the slots; nothing reads it");
  }
  if (content.size() == commit_file_bytes) return;
  findings.fault(Remedy::rebuild_commit, name, content.size(),
                 "the file ends here and not at byte " + std::to_string(commit_file_bytes));
}

}  // namespace

bool is_other_boot(const io::Directory& directory, const CommitState& state) {
  return !is_of_this_boot(state, directory.system());
}

CommitProof prove_commit(const io::Directory& directory, Findings& findings) {
  CommitProof proof;
  proof.name = directory.path_of(commit_file_name);
  std::string content;
  Slots slots;
  for (int attempt = 0; attempt < agreeing_read_attempts; attempt++) {
    if (attempt > 0) directory.system().sleep_ns(read_pause_ns);
    auto read = directory.read_file(commit_file_name, commit_bytes_max);
    if (!read && read.error().code == Error::Code::not_found) return proof;
    proof.is_there = true;
    if (!read) {
      findings.add(Remedy::rebuild_commit, proof.name, read.error());
      return proof;
    }
    content = *std::move(read);
    slots = decode_slots(content);
    if (slots[0] && slots[1] && are_in_turn(slots)) break;
  }
  SlotJudge(slots, directory, findings).judge();
  look_around_slots(content, proof.name, findings);
  const auto newer = newer_of(slots);
  if (!newer) return proof;
  proof.state = slots.at(*newer);
  proof.slot_position = slot_positions.at(*newer);
  if (content.size() >= poison_mark_at + poison_mark_bytes) {
    const auto mark = std::string_view(content).substr(poison_mark_at, poison_mark_bytes);
    proof.state->is_poisoned |= counts_for(as_bytes(mark), *proof.state);
  }
  return proof;
}

}  // namespace estream::log
