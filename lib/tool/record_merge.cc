#include "tool/record_merge.h"

#include <algorithm>
#include <functional>

namespace estream::tool {

namespace {

std::int64_t time_of(const ReadPipeline::Head&, const OutputPiece& piece) { return piece.time.ms; }

std::int64_t offset_of(const ReadPipeline::Head& head, const OutputPiece& piece) {
  return head.work->offset_of(piece).value;
}

}  // namespace

Result<void> RecordMerge::drain(RecordSink& sink, const EndCondition& end) {
  if (sink.is_over()) return {};
  if (order_ == MergeOrder::partition || pipeline_->source_count() == 1) {
    for (std::size_t source = 0; source < pipeline_->source_count(); source++) {
      TRY(drain_one(source, sink, end));
    }
    return {};
  }
  // Functions as types, so that the compiler can put them into the loop.
  if (order_ == MergeOrder::offset) {
    return merge([](const auto& head, const auto& piece) { return offset_of(head, piece); }, sink,
                 end);
  }
  return merge([](const auto& head, const auto& piece) { return time_of(head, piece); }, sink, end);
}

Result<void> RecordMerge::drain_one(std::size_t source, RecordSink& sink, const EndCondition& end) {
  ReadPipeline::Head& head = pipeline_->head(source);
  while (!sink.is_over()) {
    const bool has_piece = TRY(fill(source, end));
    if (!has_piece || end.is_met()) return {};
    sink.put(*head.work, head.next, head.end);
  }
  return {};
}

// Whether the source has a piece now.
Result<bool> RecordMerge::fill(std::size_t source, const EndCondition& end) {
  while (pipeline_->head(source).is_empty()) {
    const ReadPipeline::Loaded loaded = TRY(pipeline_->load(source));
    if (loaded == ReadPipeline::Loaded::nothing || end.is_met()) return false;
  }
  return true;
}

template <class KeyOf>
Result<void> RecordMerge::merge(KeyOf key_of, RecordSink& sink, const EndCondition& end) {
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

// Until the first head is used up, and then loads its next one.
template <class KeyOf>
Result<void> RecordMerge::merge_batch(KeyOf key_of, RecordSink& sink, const EndCondition& end) {
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

// The smallest entry but the first.
RecordMerge::Entry RecordMerge::second() const {
  if (heap_.size() == 1) return {INT64_MAX, SIZE_MAX};
  if (heap_.size() == 2) return heap_[1];
  return std::min(heap_[1], heap_[2]);
}

// Puts the first entry, which has grown, where it belongs.
void RecordMerge::sift_down() {
  const std::size_t size = heap_.size();
  if (size < 2) return;
  const Entry entry = heap_.front();
  std::size_t at = 0;
  for (;;) {
    std::size_t child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && heap_[child + 1] < heap_[child]) child++;
    if (entry < heap_[child]) break;
    heap_[at] = heap_[child];
    at = child;
  }
  heap_[at] = entry;
}

}  // namespace estream::tool
