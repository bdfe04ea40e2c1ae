#include "read/read_pipeline.h"

#include <algorithm>

#include "base/assert.h"

namespace estream::read {

namespace {

// The number of batches under way, at least one for each partition. It is enough for a few batches
// in each thread, and small enough for the memory that a tool may take.
constexpr std::size_t ahead_of_all = 8;
constexpr std::size_t bytes_ahead_max = 8 << 20;  // As stored, beyond the first of each partition.
// After so many batches without a piece, the caller can check its clock.
constexpr int loads_at_once = 16;

}  // namespace

ReadPipeline::ReadPipeline(const std::vector<Feed*>& feeds, const StagePlan& plan,
                           OnCorrupt on_corrupt, std::size_t threads)
    : plan_(&plan),
      on_corrupt_(on_corrupt),
      ahead_limit_(std::max<std::size_t>(1, ahead_of_all / std::max<std::size_t>(1, feeds.size()))),
      pool_(plan, threads) {
  for (Feed* feed : feeds) {
    sources_.push_back({.feed = feed,
                        .head = {},
                        .ahead = {},
                        .failure = {},
                        .first_beyond = {},
                        .passed = feed->position()});
  }
}

Result<ReadPipeline::Loaded> ReadPipeline::load(std::size_t number) {
  Source& source = sources_[number];
  ASSERT(source.head.is_empty());
  for (int load = 0; load < loads_at_once; load++) {
    if (show_portion(source)) {
      if (!source.head.is_empty()) return Loaded::pieces;
      continue;
    }
    TRY(leave_head(source));
    read_ahead_of(number);
    if (source.ahead.empty()) {
      if (source.failure) return *source.failure;
      source.passed = source.feed->position();
      return source.feed->has_more() ? Loaded::unsure : Loaded::nothing;
    }
    BatchWork& work = *source.ahead.front();
    pool_.finish(work);
    source.ahead.pop_front();
    bytes_ahead_ -= work.bytes.size();
    if (work.is_heavy) open_heavy(work);
    source.head = {work.pieces.data(), work.pieces.data() + work.pieces.size(), &work};
    read_ahead_of(number);
    source.ahead_max = std::min(source.ahead_max + 1, ahead_limit_);
    if (!source.head.is_empty()) return Loaded::pieces;
  }
  return Loaded::unsure;
}

// Goes on in a heavy head, whose pieces are used up.
bool ReadPipeline::show_portion(Source& source) {
  BatchWork* const work = source.head.work;
  if (work == nullptr || !work->is_heavy) return false;
  plain_records_.add(plain_of(source.head));
  work->plain.clear();
  if (work->next_record > 0) {
    const Offset after = work->records[work->next_record - 1].offset + 1;
    source.passed = std::max(source.passed, std::min(after, source.feed->window().end));
  }
  if (!pool_.own_stage().next_portion(*work)) return false;
  source.head.next = work->pieces.data();
  source.head.end = source.head.next + work->pieces.size();
  return true;
}

void ReadPipeline::open_heavy(BatchWork& work) {
  for (const Source& source : sources_) {
    for (BatchWork* ahead : source.ahead) pool_.recall(*ahead);
  }
  pool_.own_stage().open_heavy(work);
  heavy_open_++;
}

void ReadPipeline::close_heavy(BatchWork& work) {
  work.release_decoded();
  work.release_stored();
  work.is_heavy = false;
  if (--heavy_open_ > 0) return;
  for (const Source& source : sources_) {
    for (BatchWork* ahead : source.ahead) pool_.submit(*ahead);
  }
}

void ReadPipeline::read_ahead() {
  for (std::size_t source = 0; source < sources_.size(); source++) read_ahead_of(source);
}

void ReadPipeline::read_ahead_of(std::size_t number) {
  Source& source = sources_[number];
  const std::size_t wanted =
      std::max<std::size_t>(source.ahead_max, source.head.is_empty() ? 1 : 0);
  const bool is_needed = source.head.is_empty() && source.ahead.empty();
  if (heavy_open_ > 0 && !is_needed) return;
  while (source.ahead.size() < wanted && !source.failure) {
    if (!source.ahead.empty() && bytes_ahead_ >= bytes_ahead_max) return;
    BatchWork& work = free_work();
    work.source = number;
    auto has_batch = source.feed->next(work);
    if (has_batch && *has_batch) {
      source.ahead.push_back(&work);
      bytes_ahead_ += work.bytes.size();
      pool_.submit(work);
      continue;
    }
    free_.push_back(&work);
    if (!has_batch) source.failure = std::move(has_batch).error();
    return;
  }
}

// Called when all pieces of the head are used up. There may be an error after them.
Result<void> ReadPipeline::leave_head(Source& source) {
  if (source.head.work == nullptr) return {};
  BatchWork& work = *source.head.work;
  plain_records_.add(plain_of(source.head));
  work.plain.clear();
  if (work.failure) {
    const bool is_damage = work.failure->code == Error::Code::corrupt;
    const Error error = is_damage ? source.feed->placed_in_batch(*work.failure, work.header)
                                  : source.feed->placed(*work.failure, work.failure_offset);
    if (!is_damage || on_corrupt_ == OnCorrupt::stop) return error;
    source.feed->count_corrupt_batch(error);
  }
  source.passed = std::min(work.header.next_offset(), source.feed->window().end);
  if (!source.first_beyond) source.first_beyond = work.first_beyond;
  if (work.is_heavy) close_heavy(work);
  work.release_given();
  free_.push_back(&work);
  source.head = {};
  return {};
}

BatchWork& ReadPipeline::free_work() {
  if (free_.empty()) {
    works_.push_back(std::make_unique<BatchWork>());
    return *works_.back();
  }
  BatchWork& work = *free_.back();
  free_.pop_back();
  return work;
}

Offset ReadPipeline::position(std::size_t number) const {
  const Source& source = sources_[number];
  Offset position = source.passed;
  const Head& head = source.head;
  if (head.work != nullptr) {
    const bool is_begun = head.next != head.work->pieces.data();
    if (is_begun) position = head.work->offset_of(*(head.next - 1)) + 1;
    if (head.work->first_beyond) position = std::min(position, *head.work->first_beyond);
  }
  if (source.first_beyond) position = std::min(position, *source.first_beyond);
  if (const auto beyond = source.feed->first_beyond()) position = std::min(position, *beyond);
  return position;
}

// Of the pieces that were taken from the head.
PlainRecords ReadPipeline::plain_of(const Head& head) const {
  if (head.work == nullptr || head.work->plain.empty()) return {};
  const BatchWork& work = *head.work;
  const auto taken = static_cast<std::uint32_t>(head.next - work.pieces.data());
  const auto end = std::ranges::lower_bound(work.plain, taken);
  if (end == work.plain.begin()) return {};
  const StageSource& source = plan_->sources[work.source];
  const Offset first = work.offset_of(work.pieces[work.plain.front()]);
  return {end - work.plain.begin(), source.topic + "/" + std::to_string(source.partition) + "@" +
                                        std::to_string(first.value)};
}

PlainRecords ReadPipeline::plain_records() const {
  PlainRecords all = plain_records_;
  for (const Source& source : sources_) all.add(plain_of(source.head));
  return all;
}

}  // namespace estream::read
