#include "read/batch_walk.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "base/work_meter.h"

namespace estream::read {

namespace {

// Whether a header may be counted as it is. What a batch has is the span of its offsets, which
// tile, unless records are missing; anything else nothing but its checksum proves.
bool is_proven_by_place(const BatchHeader& header) {
  return !header.is_control && header.record_count == header.last_offset_delta + 1;
}

}  // namespace

Result<void> BatchWalk::begin(const ReadWindow& window) {
  window_ = window;
  is_at_batch_ = false;
  TRY(source_->reader.seek(window.begin));
  return transactions_.begin(window.begin);
}

Result<std::optional<BatchHeader>> BatchWalk::next() {
  if (std::exchange(is_at_batch_, false)) source_->reader.skip();
  while (const auto header = TRY(source_->reader.peek())) {
    if (header->base_offset >= window_.end) break;
    const Transactions::Standing standing = TRY(transactions_.standing_of(*header));
    if (standing == Transactions::Standing::held) break;
    work_meter().done += header->next_offset() - header->base_offset;
    work_meter().bytes += static_cast<std::int64_t>(header->size_bytes());
    if (standing == Transactions::Standing::visible) {
      current_ = *header;
      is_at_batch_ = true;
      return header;
    }
    TRY(pass(*header));
  }
  return std::optional<BatchHeader>();
}

Result<void> BatchWalk::pass(const BatchHeader& header) {
  if (!is_proven_by_place(header)) return source_->reader.read(bytes_);
  source_->reader.skip();
  return {};
}

Overlap BatchWalk::overlap() const { return overlap_of(current_, source_->reader, window_); }

Result<std::span<const RecordView>> BatchWalk::records() {
  const std::string place = source_->reader.place();
  TRY(source_->reader.read(bytes_));
  is_at_batch_ = false;
  const auto records = decoder_.decode(current_, bytes_);
  if (!records) return Error{records.error().code, place + ": " + records.error().message};
  inside_.clear();
  std::ranges::copy_if(*records, std::back_inserter(inside_),
                       [this](const RecordView& record) { return window_.contains(record); });
  return std::span<const RecordView>(inside_);
}

Result<void> BatchWalk::check() {
  if (!std::exchange(is_at_batch_, false)) return {};
  return pass(current_);
}

Result<void> BatchWalk::refresh() {
  TRY(source_->reader.refresh());
  return transactions_.refresh();
}

}  // namespace estream::read
