#include "tool/consume/consume_run.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "io/deadline.h"
#include "io/signals.h"
#include "io/user_file.h"
#include "read/start_position.h"
#include "text/say.h"
#include "text/size.h"
#include "tool/group/group_sources.h"
#include "tool/report/report.h"
#include "tool/report/work_progress.h"

namespace estream::tool {

ConsumeRun::ConsumeRun(io::System& system, const ConsumeOptions& options, Lookups& lookups,
                       io::Output& output, const read::EndCondition& end)
    : system_(&system),
      options_(&options),
      lookups_(&lookups),
      output_(&output),
      end_(&end),
      reading_(options.request.selection, options.shape, options.feed) {
  reading_.enrich_with(lookups.enrichment());
  if (options.cursor_file) cursor_file_.emplace(system, *options.cursor_file);
}

Result<void> ConsumeRun::plan(std::vector<read::PartitionSource> sources) {
  TRY(check_names(sources));
  if (cursor_file_) {
    TRY(cursor_file_->hold());
    cursor_ = TRY(cursor_file_->read());
    note_topic_ids(sources);
  }
  if (options_->follows) new_topics_.emplace(*system_, options_->request.sources, sources);
  for (read::PartitionSource& source : sources) TRY(add(std::move(source)));
  start();
  sink_.emplace(options_->sink, reading_.plan(), *output_);
  if (cursor_file_) sink_->on_written([this] { note_positions(); });
  return {};
}

Result<void> ConsumeRun::add(read::PartitionSource source) {
  const read::ReadWindow window = TRY(window_of(source));
  read::say_window(source.name, window, options_->request.zone);
  positions_.push_back(window.begin);
  return reading_.add(std::move(source), window);
}

void ConsumeRun::start() { reading_.start(options_->order.value_or(read::MergeOrder::time)); }

// Between two drains, when all that was there is printed.
Result<void> ConsumeRun::add_new_topics() {
  std::vector<read::PartitionSource> sources = TRY(new_topics_->find());
  if (sources.empty()) return {};
  reading_.stop();
  for (read::PartitionSource& source : sources) {
    watch_->add(source.reader, source.topic->layout());
    TRY(add(std::move(source)));
  }
  start();
  return {};
}

Result<void> ConsumeRun::check_names(const std::vector<read::PartitionSource>& sources) const {
  std::set<std::string> names;
  for (const read::PartitionSource& source : sources) {
    if (!names.insert(source.name).second && cursor_file_) {
      return Error{Error::Code::usage,
                   "option --cursor-file: two topics are called " + source.topic->name()};
    }
  }
  return read::check_positions(options_->request, sources);
}

void ConsumeRun::note_topic_ids(const std::vector<read::PartitionSource>& sources) const {
  for (const read::PartitionSource& source : sources) {
    const auto stored = cursor_.find(source.topic->name(), source.partition);
    if (!stored || !stored->topic_id.is_none() || source.topic->id().is_none()) continue;
    text::say(text::Level::note, *options_->cursor_file +
                                     ": is from before topics had ids; it is taken for one of the "
                                     "topics that are here now");
    return;
  }
}

Result<Offset> ConsumeRun::begin_of(read::PartitionSource& source) {
  if (options_->group) return stored_position(*options_->group, source);
  if (const auto stored = cursor_.find(source.topic->name(), source.partition)) {
    return read::resolve_cursor(source, *stored);
  }
  return read::resolve_begin(source, options_->request);
}

Result<read::ReadWindow> ConsumeRun::window_of(read::PartitionSource& source) {
  const Offset begin = TRY(begin_of(source));
  const read::Horizon horizon = options_->follows ? read::Horizon::none : read::Horizon::now;
  read::ReadWindow window = TRY(read::resolve_window(source, options_->request, begin, horizon));
  const auto& tail = options_->sink.tail;
  const bool keeps_all =
      options_->request.selection.is_everything() && window.times.is_everything();
  if (tail && keeps_all) window.begin = TRY(read::tail_begin(source, window, *tail));
  return window;
}

Result<cli::ExitStatus> ConsumeRun::run() {
  const bool is_printing = options_->sink.action == read::SinkOptions::Action::print;
  const WorkProgress progress(*system_, "read", options_->progress,
                              is_printing ? OutputDuring::events : OutputDuring::nothing);
  Result<void> printed = print_all();
  is_part_ = !options_->follows && (is_timed_out_ || io::stop_signal() != 0);
  if (printed && options_->sink.action == read::SinkOptions::Action::count) printed = print_count();
  const Result<void> finished = finish();
  lookups_->report(reading_.plain_records());
  if (!printed) return printed.error();
  if (!finished) return finished.error();
  if (is_part_ && is_printing && io::stop_signal() != 0) say_how_far(progress.text());
  if (text::is_said(text::Level::detail)) {
    text::say(text::Level::detail,
              text::format_count(matches(), "event", "events") + " of " +
                  text::format_count(static_cast<std::int64_t>(reading_.partition_count()),
                                     "partition", "partitions"));
  }
  return status();
}

Result<void> ConsumeRun::print_all() {
  if (options_->follows) start_watch();
  TRY(lookups_->refresh());
  TRY(reading_.drain(*sink_, *end_));
  if (options_->follows && !is_over()) {
    sink_->release_tail();
    TRY(follow());
  }
  // Asked here: what is left to do takes time, too.
  is_timed_out_ = !has_enough() && end_->is_timed_out();
  return {};
}

// A terminal shows how far it came.
void ConsumeRun::say_how_far(const std::string& progress) const {
  if (output_->is_closed() || io::is_terminal(io::standard_output)) return;
  const std::string advice =
      options_->cursor_file ? "the next run with " + *options_->cursor_file + " goes on from there"
                            : "run it again for all, or with --cursor-file to go on later";
  text::say(text::Level::note, "stopped after " + text::format_count(matches(), "event", "events") +
                                   ", " + progress + "; " + advice);
}

Result<void> ConsumeRun::print_count() {
  if (is_part_) {
    text::say(text::Level::error,
              "stopped before all was counted; " + std::to_string(matches()) + " events so far");
    return {};
  }
  sink_->release_tail();
  const std::int64_t most = options_->sink.max_records.value_or(INT64_MAX);
  return write_count(std::min(matches(), most), options_->is_json, *output_);
}

cli::ExitStatus ConsumeRun::status() const {
  if (reading_.corrupt_batches() > 0) return cli::ExitStatus::data_problem;
  if (is_timed_out_ || output_->has_given_up()) return cli::ExitStatus::timed_out;
  // Who closed the pipe has seen enough, and asked no question.
  const bool asked = !options_->request.selection.is_everything() && !options_->is_no_match_ok;
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
    const bool is_complete = std::ranges::all_of(
        reading_.feeds(), [](const read::BatchFeed& feed) { return feed.is_complete(); });
    if (is_complete) return {};
    const std::int64_t now_ns = system_->monotonic_ns();
    // Events that wait for a table are still to be printed.
    if (lookups_->waiting_until_ns()) quiet_since_ns = now_ns;
    if (options_->idle_ns && now_ns - quiet_since_ns >= *options_->idle_ns) return {};
    // The first time, what came before the watch began is still to be found.
    if (std::exchange(has_looked, true)) wait_for_more(quiet_since_ns);
    if (watch_->is_output_closed()) return {};
    const std::int64_t before = matches();
    TRY(add_new_topics());
    for (read::BatchFeed& feed : reading_.feeds()) {
      TRY(feed.topic().check_in_place(feed.reader().directory()));
      TRY(feed.refresh());
    }
    TRY(lookups_->refresh());
    TRY(reading_.drain(*sink_, *end_));
    if (matches() > before) quiet_since_ns = system_->monotonic_ns();
  }
  return {};
}

// Before anything is printed: a pipe that its reader has closed already looks like a file.
void ConsumeRun::start_watch() {
  watch_.emplace(*system_);
  for (const read::BatchFeed& feed : reading_.feeds())
    watch_->add(feed.reader(), feed.topic().layout());
  lookups_->add_to(*watch_);
  watch_->add_output(io::standard_output);
}

void ConsumeRun::wait_for_more(std::int64_t quiet_since_ns) {
  std::optional<std::int64_t> until_ns = end_->deadline_ns();
  if (options_->idle_ns) {
    const std::int64_t idle_end_ns = io::later_by(quiet_since_ns, *options_->idle_ns);
    until_ns = std::min(until_ns.value_or(idle_end_ns), idle_end_ns);
  }
  if (const auto waiting_ns = lookups_->waiting_until_ns()) {
    until_ns = std::min(until_ns.value_or(*waiting_ns), *waiting_ns);
  }
  if (until_ns) *until_ns -= system_->monotonic_ns();
  if (new_topics_->is_looking()) {
    until_ns =
        std::min(until_ns.value_or(read::NewTopics::interval_ns), read::NewTopics::interval_ns);
  }
  watch_->wait(until_ns);
}

// Also after an error: what was taken before it is as good as ever.
Result<void> ConsumeRun::finish() {
  // The last of a part are not the last: they are not printed, and the cursor stays before them.
  if (is_part_ && options_->sink.tail &&
      options_->sink.action == read::SinkOptions::Action::print) {
    text::say(text::Level::error, "stopped before the last events were found");
    return save_cursor();
  }
  sink_->release_tail();
  TRY(sink_->flush());
  TRY(output_->flush());
  note_positions();
  return save_cursor();
}

// Those that are counted by their headers never reach the sink. With a tail there are none, and
// what the sink has taken may still fall out of it.
bool ConsumeRun::has_enough() const {
  const read::SinkOptions& sink = options_->sink;
  return sink_->is_over() || (!sink.tail && sink.max_records && matches() >= *sink.max_records);
}

std::int64_t ConsumeRun::matches() const { return sink_->taken() + reading_.counted_records(); }

void ConsumeRun::note_positions() {
  if (output_->is_closed()) return;
  for (std::size_t i = 0; i < positions_.size(); i++) positions_[i] = reading_.position(i);
}

Result<void> ConsumeRun::save_cursor() {
  if (!cursor_file_) return {};
  read::Cursor cursor = cursor_;
  for (std::size_t i = 0; i < positions_.size(); i++) {
    const read::BatchFeed& feed = reading_.feeds()[i];
    // A run that waits for an offset to come has not got there yet.
    const Offset position = std::min(positions_[i], feed.reader().end_offset());
    cursor.set(feed.topic().name(), feed.partition(),
               {position, read::epoch_before(feed.reader(), position), feed.topic().id()});
  }
  if (is_cursor_saved_ && cursor == cursor_) return {};
  TRY(cursor_file_->write(cursor));
  cursor_ = std::move(cursor);
  is_cursor_saved_ = true;
  return {};
}

}  // namespace estream::tool
