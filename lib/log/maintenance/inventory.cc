#include "log/maintenance/inventory.h"

#include <algorithm>
#include <optional>
#include <string>

#include "log/leader_epochs.h"
#include "log/names.h"
#include "log/segment.h"
#include "log/verify/index.h"

namespace estream::log {

namespace {

// The segment's batches up to `limit`, or all of them.
Result<SegmentSummary> summarize(const io::Directory& directory, const LeaderEpochs& epochs,
                                 Offset base, std::optional<std::uint64_t> limit,
                                 IndexProof* indexes = nullptr) {
  const Segment segment = TRY(Segment::open(directory, base));
  SegmentSummary summary;
  summary.base = summary.end = base;
  const std::uint64_t size = TRY(segment.log().size_bytes());
  summary.bytes = limit.value_or(size);
  BatchReader batches = segment.reader(0, summary.bytes);
  for (;;) {
    const auto batch = TRY(batches.peek());
    if (!batch) break;
    if (batch->base_offset != summary.end) {
      return batches.corrupt_here("the batch begins at offset " +
                                  std::to_string(batch->base_offset.value) + " instead of " +
                                  std::to_string(summary.end.value));
    }
    // The checksum does not cover the epoch, so a rewrite would copy a wrong one.
    if (epochs.at(batch->base_offset) != batch->leader_epoch) {
      return batches.corrupt_here("epoch " + std::to_string(batch->leader_epoch) +
                                  " is not the one that " + epochs_file_name + " has for offset " +
                                  std::to_string(batch->base_offset.value));
    }
    if (indexes != nullptr) indexes->see(*batch, batches.position());
    summary.end = batch->next_offset();
    summary.record_count += batch->record_count;
    if (batch->record_count > 0) {
      summary.max_timestamp = std::max(summary.max_timestamp, batch->max_timestamp);
    }
    batches.skip();
  }
  if (batches.position() != summary.bytes) return batches.corrupt_here("an incomplete batch");
  return summary;
}

Error hole(const io::Directory& directory, Offset from, Offset to) {
  return {Error::Code::corrupt, directory.name() + ": the segment that holds offsets " +
                                    std::to_string(from.value) + " to " +
                                    std::to_string(to.value - 1) + " is missing"};
}

// Whether retention deleted the segment. After a power loss, any of its files may be gone.
bool is_deleted(Offset end, const Inventory& inventory) {
  return end <= inventory.commit.log_start_offset;
}

// Adds the next segment, or notes that it is a leftover.
Result<void> place(const io::Directory& directory, const SegmentSummary& segment,
                   Inventory& inventory) {
  if (inventory.sealed.empty()) {
    inventory.sealed.push_back(segment);
    return {};
  }
  const Offset end = inventory.sealed.back().end;
  const bool has_gap = segment.base > end;
  if (has_gap && !is_deleted(segment.base, inventory)) return hole(directory, end, segment.base);
  if (has_gap || segment.base == end) {
    inventory.sealed.push_back(segment);
  } else if (segment.end <= end) {
    inventory.leftovers.push_back(segment.base);
  } else {
    return Error{Error::Code::corrupt, directory.name() + ": the segments that begin at offsets " +
                                           std::to_string(inventory.sealed.back().base.value) +
                                           " and " + std::to_string(segment.base.value) +
                                           " overlap"};
  }
  return {};
}

// Takes the inventory up to the end that `commit` says.
Result<Inventory> take_stock(const io::Directory& directory, const CommitState& commit,
                             const LeaderEpochs& epochs) {
  Inventory inventory;
  inventory.commit = commit;
  const Offset active = inventory.commit.segment_base;
  for (const Offset base : TRY(list_segments(directory))) {
    if (base >= active) break;
    Findings findings;
    IndexProof indexes(directory, base, IndexRules::exact, findings);
    const SegmentSummary segment = TRY(summarize(directory, epochs, base, std::nullopt, &indexes));
    indexes.finish(IndexProof::End::sealed);
    if (!findings.take().empty()) inventory.ill_indexed.push_back(base);
    TRY(place(directory, segment, inventory));
  }
  if (!inventory.sealed.empty() && inventory.sealed.back().end != active &&
      !is_deleted(active, inventory)) {
    return hole(directory, inventory.sealed.back().end, active);
  }
  inventory.active = TRY(summarize(directory, epochs, active, inventory.commit.published.bytes));
  const auto kept = std::ranges::find_if_not(inventory.sealed, [&](const SegmentSummary& segment) {
    return is_deleted(segment.end, inventory);
  });
  for (auto segment = inventory.sealed.begin(); segment != kept; segment++) {
    inventory.leftovers.push_back(segment->base);
  }
  inventory.sealed.erase(inventory.sealed.begin(), kept);
  const Offset first = inventory.sealed.empty() ? active : inventory.sealed.front().base;
  if (first > inventory.commit.log_start_offset) {
    return hole(directory, inventory.commit.log_start_offset, first);
  }
  std::ranges::sort(inventory.leftovers);
  return inventory;
}

}  // namespace

Result<Inventory> take_inventory(const io::Directory& directory, const io::File& commit) {
  // The slot is read first: the segments that are sealed by it stay sealed, even after a roll.
  const CommitState state = TRY(read_commit(commit));
  // The epochs are read after the slot, so that they include those of all published batches.
  const LeaderEpochs epochs = TRY(LeaderEpochs::read(directory));
  return take_stock(directory, state, epochs);
}

Result<Inventory> take_inventory(const PartitionReader& reader) {
  CommitState state;
  state.segment_base = reader.end_segment();
  state.written = state.synced = state.published = reader.end_position();
  state.log_start_offset = reader.log_start_offset();
  return take_stock(reader.directory(), state, reader.epochs());
}

}  // namespace estream::log
