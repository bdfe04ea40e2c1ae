#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "read/batch_feed.h"
#include "read/batch_stage.h"
#include "read/end_condition.h"
#include "read/partition_source.h"
#include "read/read_pipeline.h"
#include "read/read_window.h"
#include "read/record_merge.h"
#include "read/reverse_feed.h"

namespace estream::read {

// The partitions that a tool reads, each with its window. It turns them into one sequence of
// records:
//
//   Reading reading(selection, shape, feed_options);
//   TRY(reading.add(std::move(source), window));
//   reading.start(MergeOrder::time);
//   TRY(reading.drain(sink, end));
class Reading {
 public:
  Reading(RecordSelection selection, RecordShape shape, const FeedOptions& options);
  Reading(const Reading&) = delete;  // Its parts point to each other.
  Reading& operator=(const Reading&) = delete;

  // To be called before the first add(). The enrichment must outlive this.
  void enrich_with(Enrichment* enrichment);
  Result<void> add(PartitionSource source, const ReadWindow& window);
  // To be called when all partitions are added.
  void start(MergeOrder order);
  // After a drain that has given out all: partitions may be added, and start() goes on.
  void stop();

  // Gives the sink all records that are there now; see RecordMerge.
  template <class Sink>
  Result<void> drain(Sink& sink, const EndCondition& end) {
    return merge_->drain(sink, end);
  }

  const StagePlan& plan() const { return plan_; }
  std::size_t partition_count() const { return plan_.sources.size(); }
  // None in reverse.
  std::vector<BatchFeed>& feeds() { return feeds_; }
  const std::vector<BatchFeed>& feeds() const { return feeds_; }
  // For a caller that takes the records of each partition by itself, in place of drain().
  ReadPipeline& pipeline() { return *pipeline_; }
  // See ReadPipeline.
  Offset position(std::size_t source) const { return pipeline_->position(source); }

  // Of all feeds together.
  std::int64_t counted_records() const;
  std::int64_t corrupt_batches() const;
  // Of the records that were taken, those that could not be enriched.
  PlainRecords plain_records() const;

 private:
  FeedOptions options_;
  StagePlan plan_;
  std::vector<BatchFeed> feeds_;
  std::vector<ReverseFeed> reverse_feeds_;  // Instead of the others.
  PlainRecords plain_records_;              // Before the last stop().
  std::optional<ReadPipeline> pipeline_;
  std::optional<RecordMerge> merge_;
};

}  // namespace estream::read
