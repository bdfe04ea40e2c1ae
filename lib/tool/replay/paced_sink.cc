#include "tool/replay/paced_sink.h"

#include <array>

#include "io/signals.h"
#include "io/user_file.h"
#include "text/say.h"

namespace estream::tool {

namespace {

// The kernel wakes us up to a millisecond late from a wait that a signal can end, and exactly from
// a sleep: so the last of a wait is slept.
constexpr std::int64_t slept_ns = 2'000'000;

}  // namespace

PacedSink::PacedSink(io::System& system, const PaceOptions& options, const read::EndCondition& end,
                     ReplaySink& next)
    : system_(&system),
      end_(&end),
      kind_(options.kind),
      pacer_(options),
      next_(&next),
      watch_(system) {}

Result<void> PacedSink::begin() {
  if (kind_ != PaceOptions::Kind::steps) return {};
  auto keyboard = io::open_for_reading(*system_, "/dev/tty");
  if (!keyboard) {
    return Error{Error::Code::usage, "option --step: there is no terminal to press Enter at"};
  }
  keyboard_ = *std::move(keyboard);
  text::say(text::Level::note, "Enter: the next event; q or Ctrl-D: end");
  return {};
}

bool PacedSink::put(const read::BatchWork& work, const read::OutputPiece*& next,
                    const read::OutputPiece* end) {
  if (kind_ == PaceOptions::Kind::unlimited) return next_->put(work, next, end);
  while (next != end && !is_over()) {
    if (kind_ == PaceOptions::Kind::steps) {
      step(work, next);
      continue;
    }
    const std::int64_t due = due_ns(*next);
    if (due > elapsed_ns()) wait_until(due);
    if (is_over() || end_->is_met()) return false;
    note_lateness(work, *next, elapsed_ns() - due);
    known_due_ns_.reset();
    next_->put(work, next, run_of_due(next, end));
  }
  return !is_over();
}

Result<void> PacedSink::outcome() const {
  if (failure_) return *failure_;
  return {};
}

bool PacedSink::step(const read::BatchWork& work, const read::OutputPiece*& next) {
  if (next_->taken() > 0) wait_for_enter();
  if (is_over()) return false;
  next_->put(work, next, next + 1);
  return flush(0);
}

// The first one goes, and all behind it that are due by now.
const read::OutputPiece* PacedSink::run_of_due(const read::OutputPiece* next,
                                               const read::OutputPiece* end) {
  const std::int64_t now = elapsed_ns();
  for (const read::OutputPiece* piece = next + 1; piece != end; piece++) {
    if (due_ns(*piece) > now) return piece;
    known_due_ns_.reset();
  }
  return end;
}

// Each record is asked about once, and those that had to wait again.
std::int64_t PacedSink::due_ns(const read::OutputPiece& piece) {
  if (!known_due_ns_) known_due_ns_ = pacer_.due_ns(piece.time, piece.size_bytes);
  return *known_due_ns_;
}

// Since the first record.
std::int64_t PacedSink::elapsed_ns() {
  const std::int64_t now = system_->monotonic_ns();
  if (!start_ns_) start_ns_ = now;
  return now - *start_ns_;
}

void PacedSink::wait_until(std::int64_t due_ns) {
  if (!flush(due_ns - elapsed_ns())) return;
  while (!end_->is_met()) {
    std::int64_t left_ns = due_ns - elapsed_ns();
    if (left_ns <= 0) return;
    if (left_ns <= slept_ns) {
      system_->sleep_ns(left_ns);
      continue;
    }
    if (const auto deadline = end_->deadline_ns()) {
      left_ns = std::min(left_ns, *deadline - system_->monotonic_ns() + slept_ns);
    }
    watch_.wait(left_ns - slept_ns);
    if (!watch_.is_output_closed()) continue;
    is_stopped_ = true;
    return;
  }
}

void PacedSink::note_lateness(const read::BatchWork& work, const read::OutputPiece& piece,
                              std::int64_t late_ns) {
  if (late_ns <= lateness_.ns) return;
  lateness_ = {late_ns, work.source, work.offset_of(piece)};
}

bool PacedSink::flush(std::int64_t wait_ns) {
  const Result<void> outcome = next_->flush(wait_ns);
  if (!outcome) {
    failure_ = outcome.error();
    is_stopped_ = true;
  }
  return !is_stopped_;
}

void PacedSink::wait_for_enter() {
  std::array<std::byte, 256> line;
  constexpr int look_ms = 100;
  while (!end_->is_met()) {
    const auto read = io::read_some(*system_, keyboard_->fd(), keyboard_->name(), line, look_ms);
    if (!read) failure_ = read.error();
    const bool is_end = !read || (*read && (**read == 0 || static_cast<char>(line[0]) == 'q'));
    if (is_end) is_stopped_ = true;
    if (is_end || *read) return;
  }
}

}  // namespace estream::tool
