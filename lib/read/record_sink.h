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
    find,   // Nothing is printed, and one record is enough.
  };
  enum class Buffering { block, record };

  Action action = Action::print;
  Buffering buffering = Buffering::block;
  std::optional<std::int64_t> max_records = {};
  // Print only the last so many, at release_tail().
  std::optional<std::int64_t> tail = {};
};

// Where the records end up, in their final order: printed, counted, or kept until it is clear which
// are the last ones. Errors of the output stay inside until failure() is asked.
class RecordSink {
 public:
  RecordSink(const SinkOptions& options, const StagePlan& plan, io::Output& output);

  // Called whenever everything taken before the present put() is out of our hands.
  void on_written(std::function<void()> callback) { on_written_ = std::move(callback); }

  // Takes the pieces from `next` on, moves it past what was taken, and says whether it wants more.
  // Here and not in the source, because a merge calls it for nearly every single record.
  bool put(const BatchWork& work, const OutputPiece*& next, const OutputPiece* end) {
    if (!is_plain_ || work.delimiter_piece) return put_any(work, next, end);
    taken_ += end - next;
    for (; next != end; next++) print(next->view());
    return !is_stopped_;
  }

  // Prints what the tail holds; from now on records are printed as they come.
  void release_tail();
  // Everything taken so far goes to the descriptor.
  Result<void> flush();

  // Wants no more: enough records, nobody reads the output, it failed, or a signal came meanwhile.
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
    // Nearly always one newline, for which a call costs more than the work.
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
  bool is_stopped_ = false;  // The output has ended, or a signal came while it was written to.

  std::string delimiter_;
  ByteBuffer buffer_;
  char* free_;  // Up to here it is used.
  char* buffer_end_;

  std::vector<std::string> held_;  // A ring; `held_next_` is where the next one goes.
  std::size_t held_next_ = 0;

  std::string numbered_;
  json::EventParser parser_;
};

}  // namespace estream::read
