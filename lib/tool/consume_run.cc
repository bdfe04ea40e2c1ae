#include "tool/consume_run.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "cli/say.h"
#include "cli/size.h"
#include "cli/time.h"
#include "io/signals.h"
#include "io/user_file.h"
#include "tool/start_position.h"

namespace estream::tool {

namespace {

const cli::Position* position_for(const std::vector<cli::Position>& positions,
                                  std::int32_t partition) {
  const cli::Position* general = nullptr;
  const cli::Position* own = nullptr;
  for (const cli::Position& position : positions) {
    if (!position.partition) general = &position;
    if (position.partition == partition) own = &position;
  }
  return own != nullptr ? own : general;
}

std::string shown(const TimeRange& times) {
  std::string text;
  if (times.since) text += ", from " + cli::format_time_rfc3339(times.since->ms);
  if (times.until) text += ", until " + cli::format_time_rfc3339(times.until->ms);
  return text;
}

void say_window(const std::string& name, const ReadWindow& window) {
  if (!cli::is_said(cli::Level::detail)) return;
  const bool is_open = window.end == Offset{INT64_MAX};
  cli::say(cli::Level::detail,
           name + ": from offset " + std::to_string(window.begin.value) +
               (is_open ? ", following" : " up to " + std::to_string(window.end.value)) +
               shown(window.times));
}

}  // namespace

ConsumeRun::ConsumeRun(io::System& system, const ConsumeOptions& options, io::Output& output,
                       const EndCondition& end)
    : system_(&system), options_(&options), output_(&output), end_(&end) {
  if (options.cursor_file) cursor_file_.emplace(system, *options.cursor_file);
}

Result<void> ConsumeRun::plan(std::vector<PartitionSource> sources) {
  TRY(check_partitions_named(sources));
  if (cursor_file_) cursor_ = TRY(cursor_file_->read());
  plan_.selection = options_->selection;
  plan_.shape = options_->shape;
  std::vector<ReadWindow> windows;
  for (PartitionSource& source : sources) {
    const ReadWindow window = TRY(window_of(source));
    say_window(source.name, window);
    plan_.sources.push_back({source.topic->name(), source.partition, window});
    feeds_.emplace_back(std::move(source), options_->feed);
    TRY(feeds_.back().begin(window));
    positions_.push_back(window.begin);
  }
  const MergeOrder order = options_->order.value_or(MergeOrder::time);
  const std::size_t threads = spare_threads();
  pipeline_.emplace(feeds_, plan_, options_->feed.on_corrupt, threads);
  merge_.emplace(*pipeline_, order);
  sink_.emplace(options_->sink, plan_, *output_);
  if (cursor_file_) sink_->on_written([this] { note_positions(); });
  return {};
}

Result<void> ConsumeRun::check_partitions_named(const std::vector<PartitionSource>& sources) const {
  std::set<std::int32_t> partitions;
  std::set<std::string> names;
  for (const PartitionSource& source : sources) {
    partitions.insert(source.partition);
    if (!names.insert(source.name).second && cursor_file_) {
      return Error{Error::Code::usage,
                   "option --cursor-file: two topics are called " + source.topic->name()};
    }
  }
  for (const auto* positions : {&options_->from, &options_->to}) {
    for (const cli::Position& position : *positions) {
      if (!position.partition || partitions.contains(*position.partition)) continue;
      const char* option = positions == &options_->from ? "--from" : "--to";
      return Error{Error::Code::usage, std::string("option ") + option + ": partition " +
                                           std::to_string(*position.partition) +
                                           " is not among those that are read"};
    }
  }
  return {};
}

Result<Offset> ConsumeRun::begin_of(PartitionSource& source) {
  if (const auto stored = cursor_.find(source.topic->name(), source.partition)) {
    return resolve_cursor(source, *stored);
  }
  const cli::Position* from = position_for(options_->from, source.partition);
  return resolve_position(source, from != nullptr ? *from : cli::Position());
}

Result<ReadWindow> ConsumeRun::window_of(PartitionSource& source) {
  ReadWindow window = {.begin = TRY(begin_of(source)), .times = options_->times};
  // The end as it is now, so that a busy writer does not keep us here for ever.
  if (!options_->follows) window.end = source.reader.end_offset();
  if (const cli::Position* to = position_for(options_->to, source.partition)) {
    window.end = std::min(window.end, TRY(resolve_position(source, *to)));
  }
  if (window.times.since) {
    const Offset reaching = TRY(source.reader.offset_reaching(*window.times.since));
    window.begin = std::max(window.begin, reaching);
  }
  const auto& tail = options_->sink.tail;
  const bool keeps_all = options_->selection.is_everything() && window.times.is_everything();
  if (tail && keeps_all) window.begin = TRY(tail_begin(source, window, *tail));
  return window;
}

Result<cli::ExitStatus> ConsumeRun::run() {
  Result<void> printed = print_all();
  if (printed && options_->sink.action == SinkOptions::Action::count) printed = print_count();
  const Result<void> finished = finish();
  if (!printed) return printed.error();
  if (!finished) return finished.error();
  if (cli::is_said(cli::Level::detail)) {
    cli::say(cli::Level::detail, cli::format_count(matches()) + " events of " +
                                     std::to_string(feeds_.size()) + " partitions");
  }
  return status();
}

Result<void> ConsumeRun::print_all() {
  if (options_->follows) start_watch();
  TRY(merge_->drain(*sink_, *end_));
  if (options_->follows && !is_over()) {
    sink_->release_tail();
    TRY(follow());
  }
  // Asked here: what is left to do takes time, too.
  is_timed_out_ = !has_enough() && end_->is_timed_out();
  return {};
}

Result<void> ConsumeRun::print_count() {
  const std::int64_t most = options_->sink.max_records.value_or(INT64_MAX);
  const std::int64_t tail = options_->sink.tail.value_or(INT64_MAX);
  return output_->write(std::to_string(std::min({matches(), most, tail})) + "\n");
}

cli::ExitStatus ConsumeRun::status() const {
  std::int64_t corrupt_batches = 0;
  for (const BatchFeed& feed : feeds_) corrupt_batches += feed.corrupt_batches();
  if (corrupt_batches > 0) return cli::ExitStatus::data_problem;
  if (is_timed_out_) return cli::ExitStatus::timed_out;
  // Who closed the pipe has seen enough, and asked no question.
  const bool asked = !options_->selection.is_everything() && !options_->is_no_match_ok;
  const bool is_no = asked && matches() == 0 && !output_->is_closed();
  return is_no ? cli::ExitStatus::no : cli::ExitStatus::done;
}

Result<void> ConsumeRun::follow() {
  std::int64_t quiet_since_ns = system_->monotonic_ns();
  bool has_looked = false;
  while (!is_over()) {
    TRY(sink_->flush());
    note_positions();
    TRY(save_cursor());
    const bool is_complete =
        std::ranges::all_of(feeds_, [](const BatchFeed& feed) { return feed.is_complete(); });
    if (is_complete) return {};
    const std::int64_t now_ns = system_->monotonic_ns();
    if (options_->idle_ns && now_ns - quiet_since_ns >= *options_->idle_ns) return {};
    // The first time, what came before the watch began is still to be found.
    if (std::exchange(has_looked, true)) wait_for_more(quiet_since_ns);
    if (watch_->is_output_closed()) return {};
    const std::int64_t before = matches();
    for (BatchFeed& feed : feeds_) TRY(feed.refresh());
    TRY(merge_->drain(*sink_, *end_));
    if (matches() > before) quiet_since_ns = system_->monotonic_ns();
  }
  return {};
}

// Before anything is printed: a pipe that its reader has closed already looks like a file.
void ConsumeRun::start_watch() {
  watch_.emplace(*system_);
  for (const BatchFeed& feed : feeds_) watch_->add(feed.reader(), feed.topic().layout());
  watch_->add_output(io::standard_output);
}

void ConsumeRun::wait_for_more(std::int64_t quiet_since_ns) {
  std::optional<std::int64_t> until_ns = end_->deadline_ns();
  if (options_->idle_ns) {
    const std::int64_t idle_end_ns = quiet_since_ns + *options_->idle_ns;
    until_ns = std::min(until_ns.value_or(idle_end_ns), idle_end_ns);
  }
  if (until_ns) *until_ns -= system_->monotonic_ns();
  watch_->wait(until_ns);
}

// Also after an error: what was taken before it is as good as ever.
Result<void> ConsumeRun::finish() {
  sink_->release_tail();
  TRY(sink_->flush());
  TRY(output_->flush());
  note_positions();
  return save_cursor();
}

// Those that are counted by their headers never reach the sink.
bool ConsumeRun::has_enough() const {
  return sink_->is_over() ||
         (options_->sink.max_records && matches() >= *options_->sink.max_records);
}

std::int64_t ConsumeRun::matches() const {
  std::int64_t count = sink_->taken();
  for (const BatchFeed& feed : feeds_) count += feed.counted_records();
  return count;
}

void ConsumeRun::note_positions() {
  if (output_->is_closed()) return;
  for (std::size_t i = 0; i < feeds_.size(); i++) positions_[i] = pipeline_->position(i);
}

Result<void> ConsumeRun::save_cursor() {
  if (!cursor_file_) return {};
  Cursor cursor = cursor_;
  for (std::size_t i = 0; i < feeds_.size(); i++) {
    const BatchFeed& feed = feeds_[i];
    // A run that waits for an offset to come has not got there yet.
    const Offset position = std::min(positions_[i], feed.reader().end_offset());
    cursor.set(feed.topic().name(), feed.partition(), {position, feed.epoch_before(position)});
  }
  if (is_cursor_saved_ && cursor == cursor_) return {};
  TRY(cursor_file_->write(cursor));
  cursor_ = std::move(cursor);
  is_cursor_saved_ = true;
  return {};
}

}  // namespace estream::tool
