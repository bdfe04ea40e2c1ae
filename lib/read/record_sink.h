#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/byte_buffer.h"
#include "io/output.h"
#include "json/event_parser.h"
#include "read/batch_stage.h"
#include "read/batch_work.h"

namespace estream::read {

struct SinkOptions {
  enum class Action {
    print,
    count,  // Nothing is printed.
    find,   // Nothing is printed, and the sink stops at the first record.
  };
  enum class Buffering { block, record };

  Action action = Action::print;
  Buffering buffering = Buffering::block;
  std::optional<std::int64_t> max_records = {};
  // Print only this many of the last records, at release_tail().
  std::optional<std::int64_t> tail = {};
};

// Takes the records in their final order, and prints them, counts them, or keeps them until the
// last ones are known. Errors of the output are kept until failure() is called.
class RecordSink {
 public:
  RecordSink(const SinkOptions& options, const StagePlan& plan, io::Output& output);

  // The callback is called whenever all records of earlier put() calls are written.
  void on_written(std::function<void()> callback) { on_written_ = std::move(callback); }

  // Takes pieces from `next` on, moves `next` behind them, and says whether it wants more. It is
  // inline, because a merge calls it for nearly every single record.
  bool put(const BatchWork& work, const OutputPiece*& next, const OutputPiece* end) {
    if (!is_plain_ || work.delimiter_piece) return put_any(work, next, end);
    taken_ += end - next;
    for (; next != end; next++) print(next->view());
    return !is_stopped_;
  }

  // Prints the records of the tail. After this, records are printed as they come.
  void release_tail();
  // Writes all records that were taken so far.
  Result<void> flush();

  // Whether the sink wants no more: it has enough records, nobody reads the output, the output
  // failed, or a signal came.
  bool is_over() const { return is_stopped_ || is_full(); }
  bool is_full() const;
  std::int64_t taken() const { return taken_; }

 private:
  using Action = SinkOptions::Action;

  bool put_any(const BatchWork& work, const OutputPiece*& next, const OutputPiece* end);
  bool is_holding() const { return options_.tail.has_value(); }
  const OutputPiece* limit(const OutputPiece* next, const OutputPiece* end) const;
  void warn_of_delimiter(const BatchWork& work, const OutputPiece* next, const OutputPiece* end);
  std::string_view text_of(const BatchWork& work, const OutputPiece& piece);
  void print(std::string_view text) {
    const std::size_t size = text.size() + delimiter_.size();
    if (size > static_cast<std::size_t>(buffer_end_ - free_)) return print_at_end(text);
    free_ = std::copy_n(text.data(), text.size(), free_);
    // The delimiter is nearly always one newline, and a call for it would cost more than the work.
    if (delimiter_.size() == 1) {
      *free_++ = delimiter_.front();
    } else {
      free_ = std::copy_n(delimiter_.data(), delimiter_.size(), free_);
    }
  }
  void print_at_end(std::string_view text);
  void hold(std::string_view text);
  void write_out();
  void note_outcome(Result<void> outcome);
  char* buffer_start() { return reinterpret_cast<char*>(buffer_.data()); }

  SinkOptions options_;
  const StagePlan* plan_;
  io::Output* output_;
  std::function<void()> on_written_;
  std::optional<Error> failure_;
  std::int64_t taken_ = 0;
  bool has_warned_ = false;
  bool is_plain_ = false;    // Records are printed as they are, to the last one, in blocks.
  bool is_stopped_ = false;  // The output ended, or a signal came during a write.

  std::string delimiter_;
  ByteBuffer buffer_;
  char* free_;  // The end of the used part.
  char* buffer_end_;

  std::vector<std::string> held_;  // A ring; `held_next_` is the place of the next record.
  std::size_t held_next_ = 0;

  std::string numbered_;
  json::EventParser parser_;
};

}  // namespace estream::read
