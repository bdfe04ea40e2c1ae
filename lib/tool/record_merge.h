#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "tool/end_condition.h"
#include "tool/read_pipeline.h"
#include "tool/record_sink.h"

namespace estream::tool {

enum class MergeOrder {
  time,       // By timestamp.
  offset,     // By offset.
  partition,  // One partition after the other.
};

// Puts the records of several partitions in one order, without ever changing the order within a
// partition: of their next records the smallest goes first, and of equal ones that of the earlier
// source. Where timestamps do not grow, the result is therefore no sorted sequence.
class RecordMerge {
 public:
  RecordMerge(ReadPipeline& pipeline, MergeOrder order) : pipeline_(&pipeline), order_(order) {}

  // Gives `sink` all records that are there now, until it wants no more or `end` is met. An error
  // is what stands where the next record should be; all before it were given.
  Result<void> drain(RecordSink& sink, const EndCondition& end);

 private:
  struct Entry {
    std::int64_t key = 0;
    std::size_t source = 0;

    friend auto operator<=>(const Entry&, const Entry&) = default;
  };

  template <class KeyOf>
  Result<void> merge(KeyOf key_of, RecordSink& sink, const EndCondition& end);
  template <class KeyOf>
  Result<void> merge_batch(KeyOf key_of, RecordSink& sink, const EndCondition& end);
  Result<void> drain_one(std::size_t source, RecordSink& sink, const EndCondition& end);
  Result<bool> fill(std::size_t source, const EndCondition& end);
  Entry second() const;
  void sift_down();

  ReadPipeline* pipeline_;
  MergeOrder order_;
  std::vector<Entry> heap_;  // Smallest first; one entry for each source with a piece.
};

}  // namespace estream::tool
