#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "io/file.h"
#include "io/system.h"
#include "io/user_file.h"
#include "read/arrival_watch.h"
#include "read/end_condition.h"
#include "tool/replay/pacer.h"
#include "tool/replay/replay_sink.h"

namespace estream::tool {

// Hands records on when they are due. What was handed on is flushed before each wait; a wait ends
// early when a signal comes, the time is over, or nobody reads the output any more.
class PacedSink {
 public:
  PacedSink(io::System& system, const PaceOptions& options, const read::EndCondition& end,
            ReplaySink& next);

  // For PaceOptions::Kind::steps: fails when there is no terminal to press Enter at.
  Result<void> begin();

  // The records are printed: a wait ends when nobody reads them any more.
  void watch_output() { watch_.add_output(io::standard_output); }

  bool put(const read::BatchWork& work, const read::OutputPiece*& next,
           const read::OutputPiece* end);
  // By the person at the keyboard, the reader of the output, or an error: before the end.
  bool is_stopped() const { return is_stopped_; }
  bool is_over() const { return is_stopped_ || next_->is_over(); }
  // The first error of a flush.
  Result<void> outcome() const;

  // How late records were handed on, at worst, and which was.
  struct Lateness {
    std::int64_t ns = 0;
    std::size_t source = 0;
    Offset offset;
  };
  const Lateness& lateness() const { return lateness_; }

 private:
  bool step(const read::BatchWork& work, const read::OutputPiece*& next);
  const read::OutputPiece* run_of_due(const read::OutputPiece* next, const read::OutputPiece* end);
  std::int64_t due_ns(const read::OutputPiece& piece);
  std::int64_t elapsed_ns();
  void wait_until(std::int64_t due_ns);
  void note_lateness(const read::BatchWork& work, const read::OutputPiece& piece,
                     std::int64_t late_ns);
  bool flush(std::int64_t wait_ns);
  void wait_for_enter();

  io::System* system_;
  const read::EndCondition* end_;
  PaceOptions::Kind kind_;
  Pacer pacer_;
  ReplaySink* next_;
  read::ArrivalWatch watch_;
  std::optional<io::File> keyboard_;
  std::optional<std::int64_t> start_ns_;
  std::optional<std::int64_t> known_due_ns_;  // Of the record that comes next.
  Lateness lateness_;
  std::optional<Error> failure_;
  bool is_stopped_ = false;
};

}  // namespace estream::tool
