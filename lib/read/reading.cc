#include "read/reading.h"

#include <utility>

namespace estream::read {

Reading::Reading(RecordSelection selection, RecordShape shape, const FeedOptions& options)
    : options_(options) {
  plan_.selection = std::move(selection);
  plan_.shape = std::move(shape);
  plan_.is_reversed = options.direction == Direction::reverse;
}

Result<void> Reading::add(PartitionSource source, const ReadWindow& window) {
  const std::int32_t partition_count = source.topic->config().partition_count;
  add_to_total(window);
  plan_.sources.push_back({source.topic->name(), source.partition, window, partition_count});
  if (plan_.is_reversed) {
    reverse_feeds_.emplace_back(std::move(source), options_).begin(window);
    return {};
  }
  feeds_.emplace_back(std::move(source), options_);
  return feeds_.back().begin(window);
}

void Reading::start(MergeOrder order) {
  if (plan_.is_reversed) {
    pipeline_.emplace(reverse_feeds_, plan_, options_.on_corrupt, spare_threads());
  } else {
    pipeline_.emplace(feeds_, plan_, options_.on_corrupt, spare_threads());
  }
  merge_.emplace(*pipeline_, order, options_.direction);
}

void Reading::enrich_with(Enrichment* enrichment) {
  plan_.enrichment = enrichment;
  options_.enrichment = enrichment;
}

void Reading::stop() {
  plain_records_ = plain_records();
  merge_.reset();
  pipeline_.reset();
}

std::int64_t Reading::counted_records() const {
  std::int64_t count = 0;
  for (const BatchFeed& feed : feeds_) count += feed.counted_records();
  return count;
}

std::int64_t Reading::corrupt_batches() const {
  std::int64_t count = 0;
  for (const BatchFeed& feed : feeds_) count += feed.corrupt_batches();
  for (const ReverseFeed& feed : reverse_feeds_) count += feed.corrupt_batches();
  return count;
}

PlainRecords Reading::plain_records() const {
  PlainRecords all = plain_records_;
  if (pipeline_) all.add(pipeline_->plain_records());
  return all;
}

}  // namespace estream::read
