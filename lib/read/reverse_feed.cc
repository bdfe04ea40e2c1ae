#include "read/reverse_feed.h"

#include <algorithm>
#include <utility>

#include "read/placed_error.h"
#include "text/say.h"

namespace estream::read {

namespace {

// Of a stretch, as its batches are stored. A longer one is read only if it is a single batch.
constexpr std::size_t stretch_bytes_max = 1 << 20;

}  // namespace

ReverseFeed::ReverseFeed(PartitionSource source, const FeedOptions& options)
    : source_(std::move(source)), options_(options) {
  options_.counting = Counting::by_record;
  options_.on_corrupt = OnCorrupt::stop;
}

void ReverseFeed::begin(const ReadWindow& window) {
  window_ = window;
  end_ = std::min(window.end, source_.reader.end_offset());
}

Result<bool> ReverseFeed::next(BatchWork& work) {
  if (batches_.empty() && end_ > window_.begin) TRY(read_stretch());
  has_more_ = !batches_.empty() || end_ > window_.begin;
  if (batches_.empty()) return false;
  work.header = batches_.back().header;
  work.bytes.swap(batches_.back().bytes);
  batches_.pop_back();
  return true;
}

// Damage in a stretch makes it shorter, too: what is behind the damage comes first.
Result<void> ReverseFeed::read_stretch() {
  for (;;) {
    const std::int64_t length = std::min(length_, end_.value - window_.begin.value);
    const Result<Stretch> outcome = read_from({end_.value - length});
    if (outcome && *outcome == Stretch::read) return {};
    if (!outcome && (length == 1 || outcome.error().code != Error::Code::corrupt)) {
      return outcome.error();
    }
    length_ = std::max<std::int64_t>(length / 2, 1);
  }
}

// Reads what is between `begin` and `end_`, and a bit more: all of the batch that has `begin` in
// it.
Result<ReverseFeed::Stretch> ReverseFeed::read_from(Offset begin) {
  BatchFeed feed = TRY(feed_of({.begin = begin, .end = end_, .times = window_.times}));
  batches_.clear();
  std::size_t bytes = 0;
  Offset first = begin;
  for (Batch batch; feed.has_more();) {
    const bool has_batch = TRY(feed.next(batch.header, batch.bytes));
    if (!has_batch) continue;
    if (batches_.empty()) first = std::min(first, batch.header.base_offset);
    bytes += batch.bytes.size();
    batches_.push_back(std::move(batch));
    const bool is_too_long = bytes > stretch_bytes_max && batches_.size() > 1;
    if (is_too_long && begin + 1 < end_) return Stretch::is_too_long;
  }
  end_ = first;
  if (bytes < stretch_bytes_max / 2) length_ = std::min<std::int64_t>(length_ * 2, INT32_MAX);
  return Stretch::read;
}

Result<BatchFeed> ReverseFeed::feed_of(const ReadWindow& window) const {
  auto reader = source_.topic->open_reader(source_.partition);
  if (!reader) return placed(reader.error(), window.begin);
  PartitionSource source = {static_cast<const PartitionPlace&>(source_),
                            *std::move(reader),
                            source_.latest,
                            source_.isolation,
                            source_.on_corrupt,
                            source_.stable_end};
  BatchFeed feed(std::move(source), options_);
  TRY(feed.begin(window));
  return feed;
}

Error ReverseFeed::placed(const Error& error, Offset offset) const {
  return error_at(source_, offset, error);
}

Error ReverseFeed::placed_in_batch(const Error& error, const BatchHeader& header) const {
  return error_in_batch(source_, header, error);
}

void ReverseFeed::count_corrupt_batch(const Error& placed_error) {
  corrupt_batches_++;
  text::say(text::Level::error, placed_error.message);
}

}  // namespace estream::read
