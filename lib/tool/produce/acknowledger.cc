#include "tool/produce/acknowledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/printable.h"
#include "io/signals.h"
#include "io/user_file.h"
#include "json/object_writer.h"

namespace estream::tool {

Acknowledger::Acknowledger(io::System& system, const ProduceOptions& options,
                           write::PartitionWriters& writers, ChunkPool& pool)
    : options_(options),
      writers_(writers),
      pool_(pool),
      output_(system, io::standard_output, "standard output") {
  if (options.target.sync_level == log::SyncLevel::interval) {
    background_ = std::make_unique<write::BackgroundSync>(
        options.sync_interval_ns, [this] { return sync_and_acknowledge(); });
  }
}

Result<void> Acknowledger::start() {
  if (background_ != nullptr) TRY(background_->start());
  return {};
}

Result<void> Acknowledger::settle(SettledChunk settled) {
  const bool is_urgent = settled.chunk->is_before_pause;
  Pending pending;
  pending.events = settled.chunk->event_count;
  pending.last_event_line = settled.chunk->last_event_line;
  std::unique_ptr<Chunk> unneeded;
  if (!prints()) unneeded = std::move(settled.chunk);
  pending.settled = std::move(settled);
  {
    const std::scoped_lock guard(mutex_);
    if (has_failed_ && unneeded == nullptr) unneeded = std::move(pending.settled.chunk);
    if (!has_failed_) pending_.push_back(std::move(pending));
  }
  if (unneeded != nullptr) pool_.give_back(std::move(unneeded));
  if (background_ == nullptr) return acknowledge_now();
  background_->note_appended();
  // Chunks that wait for their receipts must not stop the reader for a whole interval.
  if (is_urgent || pool_.is_empty()) background_->request();
  return {};
}

Result<void> Acknowledger::sync_and_acknowledge() {
  std::deque<Pending> ready;
  {
    const std::scoped_lock guard(mutex_);
    ready = std::exchange(pending_, {});
  }
  auto outcome = writers_.sync_all();
  if (outcome) outcome = acknowledge(ready);
  if (!outcome) give_up(std::move(ready));
  return outcome;
}

// Nothing will be acknowledged any more; the reader may wait for one of these chunks.
void Acknowledger::give_up(std::deque<Pending> ready) {
  const std::scoped_lock guard(mutex_);
  has_failed_ = true;
  std::ranges::move(pending_, std::back_inserter(ready));
  pending_.clear();
  for (Pending& pending : ready) {
    if (pending.settled.chunk != nullptr) pool_.give_back(std::move(pending.settled.chunk));
  }
}

bool Acknowledger::has_failed() {
  const std::scoped_lock guard(mutex_);
  return has_failed_;
}

Result<void> Acknowledger::acknowledge_now() {
  std::deque<Pending> ready = std::exchange(pending_, {});
  auto outcome = acknowledge(ready);
  if (!outcome) give_up(std::move(ready));
  return outcome;
}

Result<void> Acknowledger::acknowledge(std::deque<Pending>& ready) {
  for (Pending& pending : ready) {
    if (pending.events > 0) {
      acknowledged_events_ += pending.events;
      last_source_ = pending.settled.source;
      last_line_ = pending.settled.first_line + pending.last_event_line;
    }
    if (pending.settled.chunk == nullptr) continue;
    auto printed = print(pending.settled);
    pool_.give_back(std::move(pending.settled.chunk));
    TRY(std::move(printed));
  }
  if (!prints()) return {};
  TRY(output_.flush());
  if (!output_.is_closed()) return {};
  return Error{Error::Code::io, "standard output: was closed by its reader"};
}

Result<void> Acknowledger::print(const SettledChunk& settled) {
  text_.clear();
  for (std::size_t i = 0; i < settled.chunk->events.size(); i++) {
    if (options_.copies_input) {
      append_copy(settled.chunk->events[i].source);
    } else {
      append_receipt(settled, i);
    }
  }
  return output_.write(text_);
}

void Acknowledger::append_copy(std::string_view event) {
  static const bool is_terminal = io::is_terminal(io::standard_output);
  if (is_terminal) {
    append_printable(text_, event, LineEnds::kept);
  } else {
    text_ += event;
  }
  text_ += options_.build.delimiter;
}

// What the receipt says has been reached.
const char* Acknowledger::acknowledgement(bool was_there) const {
  if (options_.is_dry_run) return "dry-run";
  if (was_there) return "duplicate";
  return options_.target.sync_level == log::SyncLevel::none ? "written" : "synced";
}

void Acknowledger::append_receipt(const SettledChunk& settled, std::size_t i) {
  const Event& event = settled.chunk->events[i];
  const bool was_there = !settled.was_there.empty() && settled.was_there[i];
  json::ObjectWriter receipt(text_);
  receipt.text("topic", options_.target.topic.name).number("partition", event.partition);
  // Nothing is known of a record that was deleted since the first run.
  if (settled.offsets[i] >= 0) receipt.number("offset", settled.offsets[i]);
  receipt.number("ts", event.timestamp.ms)
      .number("input_line", settled.first_line + event.line)
      .text("ack", acknowledgement(was_there))
      .end();
  text_ += '\n';
}

Result<void> Acknowledger::print_conflict(Offset last) {
  if (!options_.prints_receipts) return {};
  text_.clear();
  json::ObjectWriter(text_).text("ack", "conflict").number("last", last.value).end();
  text_ += '\n';
  TRY(output_.write(text_));
  return output_.flush();
}

Result<void> Acknowledger::finish() {
  if (background_ != nullptr) return background_->finish();
  return {};
}

std::string Acknowledger::last_line() const {
  return last_source_.empty() ? "" : fmt::format("{}:{}", last_source_, last_line_);
}

}  // namespace estream::tool
