#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "read/batch_feed.h"
#include "read/end_condition.h"
#include "read/read_pipeline.h"

namespace estream::read {

enum class MergeOrder {
  time,       // By timestamp.
  offset,     // By offset.
  partition,  // One partition after the other.
};

// Puts the records of several partitions in one order, without a change of the order within a
// partition. The smallest of the next records goes first. If several are equal, the one of the
// earlier source goes first. If the timestamps of a partition are not in order, the result is not
// sorted either. If the partitions come in reverse, the largest goes first.
class RecordMerge {
 public:
  RecordMerge(ReadPipeline& pipeline, MergeOrder order, Direction direction = Direction::forward)
      : pipeline_(&pipeline), order_(order), is_reversed_(direction == Direction::reverse) {}

  // Gives `sink` all records that are there now, until it wants no more or `end` is met. Returns
  // the error that comes in place of the next record; the sink got all records before it.
  //
  // A sink has put(work, next, end) and is_over(). put() takes pieces from `next` on, moves `next`
  // behind them, and says whether the sink wants more. RecordSink is a sink. This is a template,
  // because put() is called for nearly every single record.
  template <class Sink>
  Result<void> drain(Sink& sink, const EndCondition& end);

 private:
  struct Entry {
    std::int64_t key = 0;
    std::size_t source = 0;

    friend auto operator<=>(const Entry&, const Entry&) = default;
  };

  template <class KeyOf, class Sink>
  Result<void> merge(KeyOf key_of, Sink& sink, const EndCondition& end);
  template <class KeyOf, class Sink>
  Result<void> merge_batch(KeyOf key_of, Sink& sink, const EndCondition& end);
  template <class Sink>
  Result<void> drain_reversed(Sink& sink, const EndCondition& end);
  template <class Sink>
  Result<void> drain_one(std::size_t source, Sink& sink, const EndCondition& end);
  Result<bool> fill(std::size_t source, const EndCondition& end);
  Entry second() const;
  void sift_down();

  ReadPipeline* pipeline_;
  MergeOrder order_;
  bool is_reversed_;
  std::vector<Entry> heap_;  // Smallest first; one entry for each source with a piece.
};

template <class Sink>
Result<void> RecordMerge::drain(Sink& sink, const EndCondition& end) {
  if (sink.is_over()) return {};
  if (order_ == MergeOrder::partition || pipeline_->source_count() == 1) {
    const std::size_t count = pipeline_->source_count();
    for (std::size_t i = 0; i < count; i++) {
      TRY(drain_one(is_reversed_ ? count - 1 - i : i, sink, end));
    }
    return {};
  }
  if (is_reversed_) return drain_reversed(sink, end);
  // Functions as types, so that the compiler can put them into the loop.
  if (order_ == MergeOrder::offset) {
    return merge([](const ReadPipeline::Head& head,
                    const OutputPiece& piece) { return head.work->offset_of(piece).value; },
                 sink, end);
  }
  return merge([](const ReadPipeline::Head&, const OutputPiece& piece) { return piece.time.ms; },
               sink, end);
}

// ~ turns the order of numbers round.
template <class Sink>
Result<void> RecordMerge::drain_reversed(Sink& sink, const EndCondition& end) {
  if (order_ == MergeOrder::offset) {
    return merge([](const ReadPipeline::Head& head,
                    const OutputPiece& piece) { return ~head.work->offset_of(piece).value; },
                 sink, end);
  }
  return merge([](const ReadPipeline::Head&, const OutputPiece& piece) { return ~piece.time.ms; },
               sink, end);
}

template <class Sink>
Result<void> RecordMerge::drain_one(std::size_t source, Sink& sink, const EndCondition& end) {
  ReadPipeline::Head& head = pipeline_->head(source);
  while (!sink.is_over()) {
    const bool has_piece = TRY(fill(source, end));
    if (!has_piece || end.is_met()) return {};
    sink.put(*head.work, head.next, head.end);
  }
  return {};
}

template <class KeyOf, class Sink>
Result<void> RecordMerge::merge(KeyOf key_of, Sink& sink, const EndCondition& end) {
  pipeline_->read_ahead();
  heap_.clear();
  for (std::size_t source = 0; source < pipeline_->source_count(); source++) {
    const bool has_piece = TRY(fill(source, end));
    const ReadPipeline::Head& head = pipeline_->head(source);
    if (has_piece) heap_.push_back({key_of(head, *head.next), source});
  }
  std::ranges::make_heap(heap_, std::greater<>());
  while (!heap_.empty() && !end.is_met()) {
    TRY(merge_batch(key_of, sink, end));
    if (sink.is_over()) return {};
  }
  return {};
}

// Gives records to the sink until the first head is used up, and then loads the next head.
template <class KeyOf, class Sink>
Result<void> RecordMerge::merge_batch(KeyOf key_of, Sink& sink, const EndCondition& end) {
  for (;;) {
    const std::size_t source = heap_.front().source;
    ReadPipeline::Head& head = pipeline_->head(source);
    // Everything before the first record of all the other sources goes in one run.
    const Entry bound = second();
    const OutputPiece* run_end = head.next + 1;
    while (run_end != head.end && Entry{key_of(head, *run_end), source} < bound) run_end++;
    if (!sink.put(*head.work, head.next, run_end)) return {};
    if (!head.is_empty()) {
      heap_.front().key = key_of(head, *head.next);
      sift_down();
      continue;
    }
    const bool has_piece = TRY(fill(source, end));
    if (has_piece) {
      heap_.front().key = key_of(head, *head.next);
    } else {
      heap_.front() = heap_.back();
      heap_.pop_back();
    }
    sift_down();
    return {};
  }
}

}  // namespace estream::read
