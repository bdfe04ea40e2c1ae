#include "tool/replay/state_run.h"

#include <algorithm>

#include "read/read_pipeline.h"
#include "read/record_merge.h"
#include "tool/replay/stored_record.h"

namespace estream::tool {

namespace {

std::string place_of(const read::StageSource& source, std::int64_t offset) {
  return source.topic + "/" + std::to_string(source.partition) + "@" + std::to_string(offset);
}

}  // namespace

// The sink that stores the records as they come, which is the order of the winners.
class StateRun::Fetch {
 public:
  Fetch(const std::vector<Winner>& winners, BlobSort& records)
      : winners_(&winners), records_(&records) {}

  bool put(const read::BatchWork& work, const read::OutputPiece*& next,
           const read::OutputPiece* end) {
    for (; next != end && !is_over(); next++) {
      const RecordView& record = work.records[next->record];
      const Winner& winner = missing();
      if (winner.source != work.source || winner.offset != record.offset.value) {
        has_gap_ = true;
        break;
      }
      stored_.clear();
      store_record(stored_, static_cast<std::uint32_t>(work.source), record);
      found_++;
      if (auto added = records_->add(winner.first_seen, stored_); !added) {
        failure_ = std::move(added).error();
      }
    }
    return !is_over();
  }
  bool is_over() const { return failure_ || has_gap_ || found_ == winners_->size(); }

  bool is_complete() const { return found_ == winners_->size(); }
  const Winner& missing() const { return (*winners_)[found_]; }
  const std::optional<Error>& failure() const { return failure_; }

 private:
  const std::vector<Winner>* winners_;
  BlobSort* records_;
  std::string stored_;
  std::size_t found_ = 0;
  bool has_gap_ = false;
  std::optional<Error> failure_;
};

StateRun::StateRun(io::System& system, const ReplayInput& input, const StateOptions& options)
    : system_(&system), input_(&input), options_(options) {}

SpillOptions StateRun::spill(std::size_t memory_bytes) const {
  return {options_.temporary_directory, memory_bytes};
}

Result<bool> StateRun::collect(const read::EndCondition& end) {
  read::StagePlan plan = input_->plan;
  plan.shape = {.kind = read::RecordShape::Kind::nothing};
  std::vector<read::BatchFeed> feeds = TRY(open_feeds(*input_, plan));
  LatestByKey latest(*system_, plan, options_.latest, spill(options_.memory_bytes));
  {
    read::ReadPipeline pipeline(feeds, plan, input_->feed.on_corrupt, read::spare_threads());
    TRY(read::RecordMerge(pipeline, input_->order).drain(latest, end));
    plain_records_ = pipeline.plain_records();
  }
  if (end.is_met()) return false;
  TRY(latest.finish());
  records_ = latest.taken();
  for (const read::BatchFeed& feed : feeds) corrupt_batches_ += feed.corrupt_batches();
  TRY(choose(latest));
  return true;
}

Result<void> StateRun::choose(LatestByKey& latest) {
  winners_.emplace(*system_, spill(options_.memory_bytes / 2));
  while (const LatestRecord* record = TRY(latest.next())) {
    if (record->is_tombstone != 0) {
      deleted_keys_++;
      if (options_.deleted == Deleted::left_out) continue;
    }
    keys_++;
    TRY(winners_->add({record->first_seen, record->offset, record->source}));
  }
  return winners_->finish();
}

Result<bool> StateRun::write(const read::EndCondition& end, const TakePieces& take) {
  BlobSort records(*system_, spill(options_.memory_bytes / 2));
  const bool has_all = TRY(fetch(end, records));
  winners_.reset();
  if (!has_all) return false;
  TRY(records.finish());
  TRY(print(records, take));
  return !end.is_met();
}

// As many at a time as there is memory for.
Result<bool> StateRun::fetch(const read::EndCondition& end, BlobSort& records) {
  const std::size_t winner_bytes = sizeof(Winner) + sizeof(Offset);
  const std::size_t most = std::max<std::size_t>(1, options_.memory_bytes / 8 / winner_bytes);
  std::vector<Winner> winners;
  for (;;) {
    winners.clear();
    while (winners.size() < most) {
      const Winner* winner = TRY(winners_->next());
      if (winner == nullptr) break;
      winners.push_back(*winner);
    }
    if (winners.empty()) return true;
    const bool has_all = TRY(fetch_some(end, winners, records));
    if (!has_all) return false;
  }
}

Result<bool> StateRun::fetch_some(const read::EndCondition& end, const std::vector<Winner>& winners,
                                  BlobSort& records) const {
  std::vector<Offset> offsets;
  offsets.reserve(winners.size());
  for (const Winner& winner : winners) offsets.push_back({winner.offset});
  read::StagePlan plan;
  plan.sources = input_->plan.sources;
  plan.shape.kind = read::RecordShape::Kind::nothing;
  plan.enrichment = input_->plan.enrichment;
  std::size_t begin = 0;
  for (std::size_t source = 0; source < plan.sources.size(); source++) {
    std::size_t last = begin;
    while (last < winners.size() && winners[last].source == source) last++;
    const std::span picks = std::span<const Offset>(offsets).subspan(begin, last - begin);
    read::ReadWindow& window = plan.sources[source].window;
    window = {.begin = window.end, .end = window.end};
    if (!picks.empty()) window = {picks.front(), picks.back() + 1, {}, picks};
    begin = last;
  }
  std::vector<read::BatchFeed> feeds = TRY(open_feeds(*input_, plan));
  read::ReadPipeline pipeline(feeds, plan, input_->feed.on_corrupt, read::spare_threads());
  Fetch sink(winners, records);
  TRY(read::RecordMerge(pipeline, read::MergeOrder::partition).drain(sink, end));
  if (sink.failure()) return *sink.failure();
  if (sink.is_complete()) return true;
  if (end.is_met()) return false;
  const Winner& missing = sink.missing();
  return changed_error(place_of(plan.sources[missing.source], missing.offset));
}

Result<void> StateRun::print(BlobSort& records, const TakePieces& take) const {
  StatePrinter printer(input_->plan, take);
  while (const auto stored = TRY(records.next())) {
    TRY(printer.add(*stored));
    if (printer.is_over()) return {};
  }
  return printer.flush();
}

}  // namespace estream::tool
