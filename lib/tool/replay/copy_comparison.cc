#include "tool/replay/copy_comparison.h"

#include <algorithm>

#include "tool/replay/stored_record.h"

namespace estream::tool {

namespace {

constexpr const char* advice =
    "a name stands for the same topics and options, and nothing that was copied may have been "
    "removed from them: use another --producer, into a new topic";

}  // namespace

CopyComparison::CopyComparison(io::System& system, RecordCopier& copier, NamedCopy& copy)
    : copier_(&copier),
      copy_(&copy),
      secret_{system.random(), system.random()},
      targets_(copier.partition_count()),
      is_exhausted_(copier.source_count()),
      new_from_(copier.source_count()) {
  for (std::size_t i = 0; i < targets_.size(); i++) {
    Target& target = targets_[i];
    target.known = copy.known(i);
    if (target.known > 0) target.waiting.resize(copier.source_count());
    std::size_t possible = 0;
    for (std::size_t source = 0; source < copier.source_count(); source++) {
      if (!copier.may_go(source, i)) continue;
      possible++;
      target.only_source = source;
    }
    if (possible != 1) target.only_source.reset();
  }
}

Result<bool> CopyComparison::run(read::ReadPipeline& pipeline, const read::EndCondition& end) {
  pipeline_ = &pipeline;
  end_ = &end;
  bool is_all_there = true;
  for (std::size_t i = 0; i < targets_.size(); i++) {
    const bool is_found = TRY(compare(i));
    if (end.is_met()) return false;
    is_all_there = is_all_there && is_found;
  }
  if (is_all_there) return true;
  // Where every event was there already, this is a beginning of what was copied before: no harm.
  const bool has_new = TRY(is_anything_new());
  if (end.is_met()) return false;
  if (!has_new) return true;
  return Error{Error::Code::corrupt,
               "producer '" + copy_->name() +
                   "' has copied events that are not in these topics now, and "
                   "they have others; " +
                   advice};
}

// False when the sources end before what the partition has is found in them.
Result<bool> CopyComparison::compare(std::size_t partition) {
  Target& target = targets_[partition];
  while (!target.is_done()) {
    const auto source = TRY(choose(partition));
    if (end_->is_met()) return false;
    if (!source) return refuse(partition);
    TRY(take(*source));
  }
  return true;
}

Result<bool> CopyComparison::is_anything_new() {
  for (std::size_t source = 0; source < is_exhausted_.size(); source++) {
    for (;;) {
      if (std::ranges::any_of(new_from_, [](const auto& first) { return first.has_value(); })) {
        return true;
      }
      const bool has_record = TRY(fill(source));
      if (!has_record) break;
      TRY(take(source));
    }
  }
  return false;
}

// Of the sources that may have the partition's next record and do not show theirs yet the one with
// the earliest record.
Result<std::optional<std::size_t>> CopyComparison::choose(std::size_t partition) {
  const Target& target = targets_[partition];
  std::optional<std::size_t> chosen;
  for (std::size_t source = 0; source < target.waiting.size(); source++) {
    if (!target.waiting[source].empty() || !copier_->may_go(source, partition)) continue;
    const bool has_record = TRY(fill(source));
    if (!has_record) continue;
    const Timestamp time = pipeline_->head(source).next->time;
    if (!chosen || time < pipeline_->head(*chosen).next->time) chosen = source;
  }
  return chosen;
}

// Whether the source has a record now.
Result<bool> CopyComparison::fill(std::size_t source) {
  while (pipeline_->head(source).is_empty()) {
    if (is_exhausted_[source] || end_->is_met()) return false;
    const read::ReadPipeline::Loaded loaded = TRY(pipeline_->load(source));
    is_exhausted_[source] = loaded == read::ReadPipeline::Loaded::nothing;
  }
  return true;
}

Result<void> CopyComparison::take(std::size_t source) {
  read::ReadPipeline::Head& head = pipeline_->head(source);
  const RecordView& record = head.work->records[head.next->record];
  CopiedRecord copied;
  TRY(copier_->copy(source, record, copied));
  head.next++;
  Target& target = targets_[copied.partition];
  if (target.is_done()) {
    note_new(source, record.offset);
    return {};
  }
  target.waiting[source].push_back({content_of(copied.record), record.offset});
  return advance(copied.partition);
}

Result<void> CopyComparison::advance(std::size_t partition) {
  Target& target = targets_[partition];
  while (!target.is_done()) {
    const auto source = TRY(owner_of_next(partition));
    if (!source) return {};
    copy_->note_copied(*source, partition, target.waiting[*source].front().offset);
    target.waiting[*source].pop_front();
    target.compared++;
    target.has_next = false;
  }
  settle(target);
  return {};
}

// The source whose next record it is, if one of those that wait is.
Result<std::optional<std::size_t>> CopyComparison::owner_of_next(std::size_t partition) {
  Target& target = targets_[partition];
  if (!target.has_next) TRY(load_next(partition));
  for (std::size_t source = 0; source < target.waiting.size(); source++) {
    const std::deque<Waiting>& waiting = target.waiting[source];
    if (waiting.empty()) continue;
    if (!target.next || waiting.front().content == *target.next) return std::optional(source);
  }
  return std::optional<std::size_t>();
}

Result<void> CopyComparison::load_next(std::size_t partition) {
  Target& target = targets_[partition];
  const auto record = TRY(copy_->log(partition).record(target.compared));
  target.next.reset();
  if (record) target.next = content_of(*record);
  target.has_next = true;
  // That it was there is all that can be known.
  if (record || target.only_source) return {};
  return Error{
      Error::Code::corrupt,
      "partition " + std::to_string(partition) + " of the copy: events of producer '" +
          copy_->name() +
          "' were removed from it, and nobody knows which of the topics that are read they "
          "came from: use another --producer, into a new topic"};
}

// What still waits is not in the copy.
void CopyComparison::settle(Target& target) {
  for (std::size_t source = 0; source < target.waiting.size(); source++) {
    if (!target.waiting[source].empty()) note_new(source, target.waiting[source].front().offset);
    target.waiting[source] = {};
  }
}

void CopyComparison::note_new(std::size_t source, Offset offset) {
  std::optional<Offset>& first = new_from_[source];
  if (!first || offset < *first) first = offset;
}

Hash128 CopyComparison::content_of(RecordView record) {
  record.offset = {0};
  stored_.clear();
  store_record(stored_, 0, record);
  return sip_hash(stored_, secret_);
}

// The sources have nothing more that could be the partition's next record.
Result<bool> CopyComparison::refuse(std::size_t partition) {
  Target& target = targets_[partition];
  const bool has_other =
      std::ranges::any_of(target.waiting, [](const auto& waiting) { return !waiting.empty(); });
  if (!has_other) return false;
  const auto record = TRY(copy_->log(partition).record(target.compared));
  ASSERT(record.has_value());
  return copy_->log(partition).other_event(*record, advice);
}

Offset CopyComparison::begin(std::size_t source) const {
  const Offset position = pipeline_->position(source);
  const std::optional<Offset>& first = new_from_[source];
  return first ? std::min(*first, position) : position;
}

}  // namespace estream::tool
