#include "read/batch_feed.h"

#include <algorithm>
#include <utility>

#include "base/work_meter.h"
#include "log/segment.h"
#include "read/placed_error.h"
#include "text/say.h"

namespace estream::read {

namespace {

// How many batches are passed over by their headers before the caller is asked again.
constexpr int passed_at_once = 1000;

}  // namespace

BatchFeed::BatchFeed(PartitionSource source, const FeedOptions& options)
    : source_(std::move(source)), transactions_(source_), options_(options) {}

Result<void> BatchFeed::begin(const ReadWindow& window) {
  window_ = window;
  position_ = window.begin;
  TRY(source_.reader.seek(window.begin));
  // If nothing is wanted, nothing has to be read.
  if (is_complete()) return {};
  auto begun = transactions_.begin(window.begin);
  if (!begun) return placed(begun.error(), window.begin);
  return {};
}

Result<bool> BatchFeed::next(BatchHeader& header, std::vector<std::byte>& bytes) {
  has_more_ = true;
  for (int passed = 0; passed < passed_at_once; passed++) {
    const auto found = TRY(peek());
    const Verdict verdict = found ? TRY(judge(*found)) : Verdict::held;
    if (verdict == Verdict::held) {
      has_more_ = false;
      return false;
    }
    if (verdict == Verdict::wanted || is_checked(*found, verdict)) {
      header = *found;
      const bool is_sound = TRY(read(*found, bytes));
      if (is_sound && verdict == Verdict::wanted) return true;
      if (is_sound && verdict == Verdict::counted) counted_records_ += found->record_count;
      continue;
    }
    if (verdict == Verdict::counted) counted_records_ += found->record_count;
    source_.reader.skip();
    go_behind(*found);
  }
  return false;
}

// The next header in the window; nothing at its end.
Result<std::optional<BatchHeader>> BatchFeed::peek() {
  for (;;) {
    if (is_complete()) return std::optional<BatchHeader>();
    const auto header = source_.reader.peek();
    warn_of_deleted();
    if (!header) {
      TRY(skip_damage(header.error()));
      continue;
    }
    if (*header && (*header)->base_offset < window_.end) return *header;
    // Compaction may have removed the last records, but the offset goes to the end all the same.
    position_ = std::max(position_, std::min(window_.end, source_.reader.end_offset()));
    return std::optional<BatchHeader>();
  }
}

Result<BatchFeed::Verdict> BatchFeed::judge(const BatchHeader& header) {
  const auto standing = transactions_.standing_of(header);
  if (!standing) return placed(standing.error(), header.base_offset);
  if (*standing == Transactions::Standing::held) return Verdict::held;
  if (*standing == Transactions::Standing::hidden) return Verdict::passed;
  const auto smallest = source_.reader.smallest_timestamp(header);
  const Overlap overlap = overlap_of(header, smallest, window_);
  if (overlap == Overlap::none) {
    const bool is_after = header.record_count > 0 && is_beyond(smallest, window_.times);
    if (is_after && !first_beyond_) first_beyond_ = header.base_offset;
    return Verdict::passed;
  }
  if (options_.enrichment != nullptr && !is_time_to_enrich(header)) return Verdict::held;
  const bool is_counted = overlap == Overlap::all && options_.counting == Counting::by_batch;
  return is_counted ? Verdict::counted : Verdict::wanted;
}

bool BatchFeed::is_time_to_enrich(const BatchHeader& header) {
  if (std::exchange(waiting_, header.base_offset) != header.base_offset) waiting_until_ns_.reset();
  return options_.enrichment->is_time_for(header.max_timestamp, waiting_until_ns_);
}

// Whether a batch that is not handed out has to be read, because the decision used a field that
// only the checksum protects. The record count of a full batch is the span of its offsets, and the
// tiling protects this. Control batches, batches of transactions and batches without records are
// few and small, so they are read. The times of batches outside of the window are believed: a check
// of them would read the whole log.
bool BatchFeed::is_checked(const BatchHeader& header, Verdict verdict) const {
  const bool is_full = header.record_count == header.last_offset_delta + 1;
  if (verdict == Verdict::counted) return !is_full;
  return header.is_control || header.is_transactional || header.record_count == 0;
}

// False when the batch is damaged and was skipped.
Result<bool> BatchFeed::read(const BatchHeader& header, std::vector<std::byte>& bytes) {
  auto outcome = source_.reader.read(bytes);
  if (!outcome) {
    const Error error = placed(outcome.error(), header.base_offset);
    const bool is_damage = error.code == Error::Code::corrupt;
    if (!is_damage || options_.on_corrupt == OnCorrupt::stop) return error;
    count_corrupt_batch(error);
    source_.reader.skip();
  }
  go_behind(header);
  return outcome.has_value();
}

void BatchFeed::go_behind(const BatchHeader& header) {
  const Offset before = std::exchange(position_, std::min(header.next_offset(), window_.end));
  work_meter().done += position_ - before;
  work_meter().bytes += static_cast<std::int64_t>(header.size_bytes());
}

// After a damaged header, the next known beginning of a batch is the next segment.
Result<void> BatchFeed::skip_damage(const Error& error) {
  const Error told = placed(error, position_);
  const bool is_damage = error.code == Error::Code::corrupt;
  if (!is_damage || options_.on_corrupt == OnCorrupt::stop) return told;
  const auto segments = log::list_segments(source_.reader.directory());
  if (!segments) return told;
  const auto next = std::ranges::upper_bound(*segments, position_);
  const Offset end = source_.reader.end_offset();
  const Offset resumed = next == segments->end() ? end : std::min(*next, end);
  if (resumed == end) source_.reader.pass_damage();
  count_corrupt_batch(
      {told.code, told.message + "; skipped up to offset " + std::to_string(resumed.value)});
  position_ = std::max(position_, std::min(resumed, window_.end));
  return source_.reader.seek(resumed);
}

Result<void> BatchFeed::refresh() {
  auto grown = source_.reader.refresh();
  if (!grown) return placed(grown.error(), position_);
  auto decided = transactions_.refresh();
  if (!decided) return placed(decided.error(), position_);
  return {};
}

Error BatchFeed::placed(const Error& error, Offset offset) const {
  return error_at(source_, offset, error);
}

Error BatchFeed::placed_in_batch(const Error& error, const BatchHeader& header) const {
  return error_in_batch(source_, header, error);
}

void BatchFeed::count_corrupt_batch(const Error& placed_error) {
  corrupt_batches_++;
  text::say(text::Level::error, placed_error.message);
}

void BatchFeed::warn_of_deleted() {
  const std::int64_t deleted = source_.reader.skipped_offsets();
  if (deleted == deleted_offsets_) return;
  text::say(text::Level::warning, name() + ": retention deleted " +
                                      std::to_string(deleted - deleted_offsets_) +
                                      " offsets before they were read");
  deleted_offsets_ = deleted;
}

}  // namespace estream::read
