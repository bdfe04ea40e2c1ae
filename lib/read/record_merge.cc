#include "read/record_merge.h"

namespace estream::read {

// Whether the source has a piece now.
Result<bool> RecordMerge::fill(std::size_t source, const EndCondition& end) {
  while (pipeline_->head(source).is_empty()) {
    const ReadPipeline::Loaded loaded = TRY(pipeline_->load(source));
    if (loaded == ReadPipeline::Loaded::nothing || end.is_met()) return false;
  }
  return true;
}

// The second smallest entry.
RecordMerge::Entry RecordMerge::second() const {
  if (heap_.size() == 1) return {INT64_MAX, SIZE_MAX};
  if (heap_.size() == 2) return heap_[1];
  return std::min(heap_[1], heap_[2]);
}

// Moves the first entry, which has grown, to its place.
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

}  // namespace estream::read
