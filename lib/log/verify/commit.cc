#include "log/verify/commit.h"

#include <array>

#include "log/names.h"

namespace estream::log {

namespace {

constexpr int read_attempts = 20;
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

// The sequence numbers alternate between the slots: even ones in the first.
bool are_in_turn(const Slots& slots) {
  const std::int64_t step = slots[0]->sequence - slots[1]->sequence;
  return (step == 1 || step == -1) && slots[0]->sequence % 2 == 0;
}

void look_at_slots(const Slots& slots, const std::string& name, Findings& findings) {
  if (!slots[0] && !slots[1]) {
    return findings.fault(Remedy::rebuild_commit, name, 0,
                          "both commit slots are damaged; the records are in the segments");
  }
  for (std::size_t i = 0; i < slots.size(); i++) {
    if (slots.at(i)) continue;
    findings.fault(Remedy::append, name, slot_positions.at(i),
                   "this commit slot is damaged; its twin is sound");
  }
  if (slots[0] && slots[1] && !are_in_turn(slots)) {
    findings.fault(Remedy::append, name, 8,
                   "the slots have the sequences " + std::to_string(slots[0]->sequence) + " and " +
                       std::to_string(slots[1]->sequence) + ", which were not written in turn");
  }
}

void look_around_slots(std::string_view content, const std::string& name, Findings& findings) {
  const std::string_view gap = content.substr(0, commit_slot_stride);
  const std::size_t other = gap.find_first_not_of('\0', commit_slot_bytes);
  if (other != std::string_view::npos) {
    findings.fault(Remedy::rebuild_commit, name, other,
                   "not zero, between the slots; nothing reads it");
  }
  if (content.size() == commit_file_bytes) return;
  findings.fault(Remedy::rebuild_commit, name, content.size(),
                 "the file ends here and not at byte " + std::to_string(commit_file_bytes));
}

}  // namespace

CommitProof prove_commit(const io::Directory& directory, Findings& findings) {
  CommitProof proof;
  proof.name = directory.path_of(commit_file_name);
  std::string content;
  Slots slots;
  for (int attempt = 0; attempt < read_attempts; attempt++) {
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
  look_at_slots(slots, proof.name, findings);
  look_around_slots(content, proof.name, findings);
  const bool is_second = slots[1] && (!slots[0] || slots[1]->sequence > slots[0]->sequence);
  proof.state = slots.at(is_second ? 1 : 0);
  proof.slot_position = slot_positions.at(is_second ? 1 : 0);
  return proof;
}

}  // namespace estream::log
