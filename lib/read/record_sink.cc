#include "read/record_sink.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "io/signals.h"
#include "text/say.h"

namespace estream::read {

namespace {

// Large enough that Output writes it without a copy, small enough to stay in the cache.
constexpr std::size_t buffer_bytes = 256 << 10;

}  // namespace

RecordSink::RecordSink(const SinkOptions& options, const StagePlan& plan, io::Output& output)
    : options_(options), plan_(&plan), output_(&output), delimiter_(plan.shape.delimiter) {
  buffer_.reserve(buffer_bytes, 0);
  free_ = buffer_start();
  buffer_end_ = free_ + buffer_.capacity();
  is_plain_ = options.action == Action::print && !options.max_records && !options.tail &&
              options.buffering == SinkOptions::Buffering::block && !plan.shape.is_numbered;
}

bool RecordSink::is_full() const {
  if (options_.action == Action::find && taken_ > 0) return true;
  return !is_holding() && options_.max_records && taken_ >= *options_.max_records;
}

// The place in [next, end) at which to stop.
const OutputPiece* RecordSink::limit(const OutputPiece* next, const OutputPiece* end) const {
  std::int64_t most = end - next;
  if (options_.action == Action::find) most = std::min<std::int64_t>(most, 1);
  if (options_.max_records && !is_holding()) most = std::min(most, *options_.max_records - taken_);
  return next + std::max<std::int64_t>(most, 0);
}

bool RecordSink::put_any(const BatchWork& work, const OutputPiece*& next, const OutputPiece* end) {
  const OutputPiece* const last = limit(next, end);
  if (options_.action != Action::print) {
    taken_ += last - next;
    next = last;
    return !is_over();
  }
  if (work.delimiter_piece && !has_warned_) warn_of_delimiter(work, next, last);
  for (; next != last && !failure_; next++) {
    taken_++;
    const std::string_view text = plan_->shape.is_numbered ? text_of(work, *next) : next->view();
    if (is_holding()) {
      hold(text);
    } else {
      print(text);
      if (options_.buffering == SinkOptions::Buffering::record) write_out();
    }
  }
  return !is_over();
}

std::string_view RecordSink::text_of(const BatchWork& work, const OutputPiece& piece) {
  const StageSource& source = plan_->sources[work.source];
  numbered_.clear();
  append_record(numbered_, plan_->shape, {source.topic, source.partition},
                work.records[piece.record], static_cast<std::uint64_t>(taken_), parser_);
  return numbered_;
}

void RecordSink::print_at_end(std::string_view text) {
  write_out();
  if (text.size() + delimiter_.size() <= buffer_.capacity()) return print(text);
  auto outcome = output_->write(text);
  if (outcome) outcome = output_->write(delimiter_);
  note_outcome(std::move(outcome));
}

void RecordSink::write_out() {
  const char* const start = buffer_start();
  if (free_ == start) return;
  auto outcome = output_->write({start, static_cast<std::size_t>(free_ - start)});
  free_ = buffer_start();
  note_outcome(std::move(outcome));
  if (on_written_ && !failure_ && !output_->is_closed()) on_written_();
}

// Called after a write. If it succeeded, all records are flushed, and on_written() may be called.
void RecordSink::note_outcome(Result<void> outcome) {
  if (outcome) outcome = output_->flush();
  if (!outcome && !failure_) failure_ = std::move(outcome).error();
  is_stopped_ = failure_ || output_->is_closed() || io::is_stop_requested();
}

void RecordSink::hold(std::string_view text) {
  const auto most = static_cast<std::size_t>(*options_.tail);
  if (most == 0) return;
  if (held_.size() < most) {
    held_.emplace_back(text);
    return;
  }
  held_[held_next_].assign(text);
  held_next_ = (held_next_ + 1) % most;
}

void RecordSink::release_tail() {
  if (!is_holding()) return;
  taken_ = std::min(taken_, *options_.tail);
  options_.tail.reset();
  if (options_.action != Action::print) return;
  // The callback must not be called before all of the tail is written.
  auto callback = std::exchange(on_written_, nullptr);
  std::rotate(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(held_next_), held_.end());
  const auto most = static_cast<std::int64_t>(held_.size());
  taken_ = std::min(most, options_.max_records.value_or(most));
  for (std::int64_t i = 0; i < taken_; i++) print(held_[static_cast<std::size_t>(i)]);
  held_ = {};
  on_written_ = std::move(callback);
}

Result<void> RecordSink::flush() {
  write_out();
  if (failure_) return *failure_;
  return {};
}

void RecordSink::warn_of_delimiter(const BatchWork& work, const OutputPiece* next,
                                   const OutputPiece* end) {
  const OutputPiece* const piece = work.pieces.data() + *work.delimiter_piece;
  if (piece < next || piece >= end || plan_->shape.delimiter_in_value != DelimiterInValue::warn) {
    return;
  }
  has_warned_ = true;
  const StageSource& source = plan_->sources[work.source];
  text::say(text::Level::warning,
            source.topic + "/" + std::to_string(source.partition) + "@" +
                std::to_string(work.offset_of(*piece).value) +
                ": the value contains the delimiter, so that it reads as several records; use -j, "
                "-0 or --delimiter-in-value");
}

}  // namespace estream::read
