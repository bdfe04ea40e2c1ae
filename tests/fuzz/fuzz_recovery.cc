// A partition in whatever state, its commit slot included: the next writer's recovery comes to an
// end, takes nothing away that was synced, keeps every valid batch, throws no byte away, and has
// nothing to do when it runs again.
#include <algorithm>
#include <limits>

#include "base/crc32c.h"
#include "fuzz/fuzz.h"
#include "fuzz/partition.h"
#include "fuzz/segment_bytes.h"
#include "fuzz/segment_mutator.h"
#include "log/leader_epochs.h"
#include "log/names.h"
#include "log/verify/verify.h"
#include "record/batch_builder.h"

using namespace estream;
using namespace estream::fuzz;
using log::CommitState;
using log::LogPosition;
using log::SegmentFile;

namespace {

constexpr std::size_t front_bytes = 16 + log::commit_slot_bytes + 48;

Mark kept("recovery", "valid batches beyond the synced length are kept");
Mark cut("recovery", "a tail goes to quarantine");
Mark lost("recovery", "written batches are gone, and the epoch grows");
Mark poisoned("recovery", "a poisoned segment is copied");
Mark went_on("recovery", "recovery goes on in a next segment");
Mark refused("recovery", "damage below the synced length is refused");
Mark rebuilt("recovery", "a missing commit file is made again");
Mark appended("recovery", "a batch is appended afterwards");

// What the input makes of a partition.
struct State {
  bool has_commit = true;
  bool is_other_boot = false;
  CommitState commit;
  std::string epochs_text;
  std::string log;   // Of the segment that the slot names.
  std::string next;  // Of one behind it.
  std::optional<Offset> next_base;
};

// The ends of the batches, by their length fields and offsets alone.
std::vector<LogPosition> edges_of(const std::string& log, Offset base) {
  std::vector<LogPosition> edges = {{0, base}};
  for (const std::string& batch : cut_segment(log)) {
    const auto header = parse_batch_header(as_bytes(batch));
    if (!header || header->size_bytes() != batch.size()) break;
    edges.push_back({edges.back().bytes + batch.size(), header->next_offset()});
  }
  return edges;
}

// A slot that is plausible: its positions are ends of batches, in their order.
void place(Recipe& recipe, const std::vector<LogPosition>& edges, CommitState& commit) {
  const std::size_t written = recipe.choice(edges.size());
  commit.written = edges[written];
  commit.synced = edges[recipe.choice(written + 1)];
  commit.published = edges[recipe.choice(written + 1)];
}

State state_of(Recipe& recipe) {
  State state;
  const std::uint8_t how = recipe.byte();
  const std::uint8_t how_else = recipe.byte();
  Recipe decisions(recipe.bytes(14));
  std::string slot(recipe.text(log::commit_slot_bytes));
  slot.resize(log::commit_slot_bytes);
  store_be(std::as_writable_bytes(std::span(slot)), 124, crc32c(as_bytes(slot).first(124)));
  const std::string_view epochs = recipe.text(48);
  state.log = recipe.rest_text();

  std::vector<std::string> batches = cut_segment(state.log);
  if (const auto raw = log::decode_commit(as_bytes(slot)); raw && (how & 1) != 0) {
    state.commit = *raw;
  } else {
    if (!batches.empty() && batches[0].size() >= 8) {
      state.commit.segment_base = {load_be<std::int64_t>(as_bytes(batches[0]), 0) & INT64_MAX};
    }
    place(decisions, edges_of(state.log, state.commit.segment_base), state.commit);
  }
  const std::string base_text = std::to_string(state.commit.segment_base.value);
  state.epochs_text =
      (how & 2) != 0 ? std::string(epochs.substr(0, epochs.find('\0'))) : "0\n1\n0 0\n";
  state.commit.is_poisoned = (how & 4) != 0;
  state.commit.is_rolling = (how & 8) != 0;
  state.is_other_boot = (how & 16) != 0;
  state.has_commit = (how & 32) == 0;
  // Some batches are those of a next segment.
  if ((how_else & 1) != 0 && batches.size() > 1) {
    const std::size_t split = 1 + decisions.choice(batches.size() - 1);
    const std::vector<std::string> behind(batches.begin() + static_cast<std::ptrdiff_t>(split),
                                          batches.end());
    state.next = join(behind);
    if (state.next.size() >= 8) {
      state.next_base = {load_be<std::int64_t>(as_bytes(state.next), 0) & INT64_MAX};
    }
    state.log.resize(state.log.size() - state.next.size());
  }
  if ((how_else & 2) != 0 && !state.log.empty()) state.log.pop_back();
  return state;
}

void put(MemoryPartition& partition, const State& state) {
  partition.put("lock", "");
  partition.put(log::epochs_file_name, state.epochs_text);
  const auto name = [](Offset base) { return log::segment_file_name(base, SegmentFile::log); };
  partition.put(name(state.commit.segment_base), state.log);
  if (state.next_base && *state.next_base != state.commit.segment_base) {
    partition.put(name(*state.next_base), state.next);
  }
  if (!state.has_commit) return;
  CommitState commit = state.commit;
  commit.boot_id = {std::byte{static_cast<unsigned char>(state.is_other_boot ? 9 : 1)}};
  std::string content(log::commit_file_bytes, '\0');
  commit.sequence = std::max<std::int64_t>(commit.sequence, 1);
  for (int i = 0; i < 2; i++, commit.sequence--) {
    const log::CommitSlot slot = log::encode_commit(commit);
    const std::size_t at = commit.sequence % 2 == 0 ? 0 : log::commit_slot_stride;
    content.replace(at, slot.size(), as_text(slot));
  }
  partition.put("commit", content);
}

// How far a chain of valid batches goes from `start`, by a second reading of doc/durability.md.
LogPosition chain_end(const std::string& log, LogPosition start, const log::LeaderEpochs& epochs) {
  while (start.bytes <= log.size()) {
    const std::vector<std::string> batches = cut_segment(std::string_view(log).substr(start.bytes));
    if (batches.empty()) break;
    const Bytes batch = as_bytes(batches.front());
    const auto header = parse_batch_header(batch);
    if (!header || header->size_bytes() != batch.size() || !verify_crc(*header, batch)) break;
    if (header->base_offset != start.offset) break;
    if (epochs.at(header->base_offset) != header->leader_epoch) break;
    start = {start.bytes + batch.size(), header->next_offset()};
  }
  return start;
}

std::map<std::string, std::string> logs_and_commit(MemoryPartition& partition) {
  std::map<std::string, std::string> tree = partition.records_tree();
  std::erase_if(tree, [](const auto& entry) { return entry.first == "p/quarantine"; });
  return tree;
}

// All bytes of the log that was active: what was kept, and what was put aside.
void check_kept(MemoryPartition& partition, const State& state, const CommitState& now) {
  const bool is_next = now.segment_base != state.commit.segment_base;
  const std::string& before = is_next ? state.next : state.log;
  const std::string after =
      *partition.get(log::segment_file_name(now.segment_base, SegmentFile::log));
  PROPERTY(now.written == now.synced && now.written == now.published);
  PROPERTY(now.written.bytes == after.size());
  PROPERTY(before.starts_with(after));
  if (is_next) {
    went_on.reach();
    const auto sealed = log::segment_file_name(state.commit.segment_base, SegmentFile::log);
    PROPERTY(partition.get(sealed) == state.log);
  } else if (state.has_commit) {
    PROPERTY(after.size() >= state.commit.synced.bytes);
    if (after.size() > state.commit.synced.bytes) kept.reach();
  }
  const auto epochs = log::LeaderEpochs::parse(state.epochs_text);
  if (epochs && epochs->last() >= 0) {
    const LogPosition start =
        is_next || !state.has_commit ? LogPosition{0, now.segment_base} : state.commit.synced;
    PROPERTY(chain_end(before, start, *epochs) == now.written);
  }
  std::string tail;
  for (const auto& [path, content] : partition.system.tree()) {
    if (path.starts_with("p/quarantine/")) tail += content;
  }
  PROPERTY(after + tail == before);
  if (!tail.empty()) cut.reach();
}

void check_epoch(const State& state, const CommitState& now) {
  if (!state.has_commit || !(now.written.offset < state.commit.written.offset)) return;
  PROPERTY(now.epoch > state.commit.epoch);
  lost.reach();
}

CommitState commit_of(MemoryPartition& partition) {
  const auto file = partition.directory().open_file("commit", io::OpenMode::read);
  const auto state = log::read_commit(*file);
  PROPERTY(state.has_value());
  return *state;
}

// A second run, in another boot, finds nothing to do but to say so in the slot. Where the first one
// had nothing to recover, this one may be the first to see what the slot says that is not so.
void check_again(MemoryPartition& partition, bool is_recovered) {
  auto before = partition.records_tree();
  PROPERTY(log::PartitionWriter::open(partition.directory(), {}).has_value());
  PROPERTY(partition.records_tree() == before);
  partition.system.set_boot_id(io::BootId{std::byte{7}});
  const auto writer = log::PartitionWriter::open(partition.directory(), {});
  if (!writer) PROPERTY(!is_recovered && writer.error().code == Error::Code::corrupt);
  auto after = partition.records_tree();
  before.erase("p/commit");
  after.erase("p/commit");
  if (is_recovered) PROPERTY(after == before);
}

void check_append(MemoryPartition& partition) {
  const LogPosition before = commit_of(partition).written;
  const auto writer =
      log::PartitionWriter::open(partition.directory(), {.sync_level = log::SyncLevel::batch});
  PROPERTY(writer.has_value());
  BatchBuilder builder;
  builder.begin();
  builder.append({1}, "k", "v", {});
  auto batch = builder.finish(Codec::none, 0);
  const auto outcome = (*writer)->append(*batch);
  if (!outcome) {
    // Only where there are no more offsets.
    PROPERTY(before.offset.value >= INT64_MAX - 1);
    return;
  }
  PROPERTY(outcome->base_offset == before.offset);
  PROPERTY(commit_of(partition).published.offset == before.offset + 1);
  appended.reach();
}

void check_proof(MemoryPartition& partition) {
  const auto proof = log::verify_partition(partition.directory(), log::Layout::estream,
                                           std::nullopt, {.depth = log::Depth::checksums});
  for (const log::Finding& finding : proof.findings) {
    if (finding.kind != log::Finding::Kind::fault) continue;
    const bool is_ours = finding.file == "p/commit" || finding.file == "p/leader-epoch-checkpoint";
    if (is_ours) std::fprintf(stderr, "%s\n", finding.text().c_str());
    PROPERTY(!is_ours);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Recipe recipe(data, size);
  const State state = state_of(recipe);
  MemoryPartition partition;
  put(partition, state);
  const auto before = logs_and_commit(partition);
  log::Notices notices;
  {
    const auto writer = log::PartitionWriter::open(partition.directory(), {});
    if (!writer) {
      PROPERTY(writer.error().code == Error::Code::corrupt);
      PROPERTY(logs_and_commit(partition) == before);
      refused.reach();
      return 0;
    }
    notices = (*writer)->take_notices();
  }
  const CommitState now = commit_of(partition);
  const bool is_recovered = !state.has_commit || now.generation != state.commit.generation;
  if (is_recovered) {
    check_kept(partition, state, now);
    check_epoch(state, now);
    if (state.commit.is_poisoned && state.has_commit) poisoned.reach();
    if (!state.has_commit) rebuilt.reach();
  } else {
    PROPERTY(logs_and_commit(partition) == before && notices.empty());
  }
  check_again(partition, is_recovered);
  if (!is_recovered) return 0;
  check_proof(partition);
  check_append(partition);
  return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                    unsigned seed) {
  return mutate_with_front(data, size, size_max, seed, front_bytes);
}
