#include "tool/window/window_run.h"

#include <algorithm>
#include <utility>

#include "io/signals.h"
#include "io/user_file.h"
#include "text/say.h"
#include "tool/report/report.h"
#include "tool/report/work_progress.h"

namespace estream::tool {

namespace {

std::string counted(std::int64_t count, const char* what) {
  return std::to_string(count) + " " + what;
}

}  // namespace

void say_counts(const WindowCounts& counts, std::int64_t results) {
  std::string left_out;
  const auto add = [&left_out](std::int64_t count, const char* what) {
    if (count > 0) left_out += (left_out.empty() ? "" : ", ") + counted(count, what);
  };
  add(counts.late, "late");
  add(counts.skipped, "skipped");
  add(counts.rejected, "rejected");
  const std::string events = text::format_count(counts.total(), "event", "events");
  if (text::is_said(text::Level::detail)) {
    text::say(text::Level::detail, events + ": " + counted(counts.accepted, "accepted") + ", " +
                                       counted(counts.late, "late") + ", " +
                                       counted(counts.skipped, "skipped") + ", " +
                                       counted(counts.rejected, "rejected") + "; " +
                                       text::format_count(results, "result", "results"));
  } else if (!left_out.empty()) {
    text::say(text::Level::warning, left_out + " of " + events);
  }
}

cli::ExitStatus window_status(const WindowOptions& options, const WindowCounts& counts,
                              std::int64_t printed) {
  if (counts.rejected > 0) return cli::ExitStatus::data_problem;
  const bool asked = options.selection.having || !options.request.selection.is_everything();
  const bool is_no = asked && printed == 0 && !options.is_no_match_ok && !options.group;
  return is_no ? cli::ExitStatus::no : cli::ExitStatus::done;
}

WindowRun::WindowRun(io::System& system, const WindowOptions& options, io::Output* output,
                     const read::EndCondition& end)
    : system_(&system),
      options_(&options),
      output_(output),
      end_(&end),
      reading_(options.request.selection, options.row_form, {}) {}

Result<void> WindowRun::plan(std::vector<read::PartitionSource> sources) {
  TRY(read::check_positions(options_->request, sources));
  for (read::PartitionSource& source : sources) TRY(add(std::move(source)));
  reading_.start(read::MergeOrder::time);
  if (output_ != nullptr) {
    late_ = TRY(LateOutput::open(*system_, options_->late, reading_.plan()));
  }
  printer_.emplace(*options_, reading_.plan(), output_, late_.get());
  tasks_.emplace(*options_, reading_.plan(), *printer_);
  return {};
}

Result<void> WindowRun::add(read::PartitionSource source) {
  const Offset begin = TRY(read::resolve_begin(source, options_->request));
  const read::Horizon horizon = options_->follows ? read::Horizon::none : read::Horizon::now;
  const read::ReadWindow window =
      TRY(read::resolve_window(source, options_->request, begin, horizon));
  read::say_window(source.name, window, options_->request.zone);
  return reading_.add(std::move(source), window);
}

Result<cli::ExitStatus> WindowRun::run() {
  const WorkProgress progress(*system_, "read", options_->progress,
                              output_ != nullptr ? OutputDuring::events : OutputDuring::nothing);
  Result<void> computed = compute();
  const Result<void> flushed = flush();
  if (computed && late_ != nullptr) computed = late_->finish();
  if (!computed) return computed.error();
  if (!flushed) return flushed.error();
  const bool is_closed = output_ != nullptr && output_->is_closed();
  const bool is_part = !options_->follows && io::stop_signal() != 0;
  if (output_ != nullptr && !is_closed) say_counts(tasks_->counts(), printer_->printed());
  if (is_part && !is_closed) {
    text::say(text::Level::error,
              "stopped before all was read; windows that are open are not printed");
  }
  if (end_->is_timed_out() && !printer_->is_full()) return cli::ExitStatus::timed_out;
  if (reading_.corrupt_batches() > 0) return cli::ExitStatus::data_problem;
  return is_closed ? cli::ExitStatus::done
                   : window_status(*options_, tasks_->counts(), printer_->printed());
}

Result<void> WindowRun::compute() {
  if (options_->follows) {
    watch_.emplace(*system_);
    for (const read::BatchFeed& feed : reading_.feeds()) {
      watch_->add(feed.reader(), feed.topic().layout());
    }
    watch_->add_output(io::standard_output);
  }
  TRY(drain());
  if (options_->follows && !is_over()) TRY(follow());
  if (options_->follows || is_over()) return {};
  return tasks_->end();
}

bool WindowRun::is_over() const {
  return end_->is_met() || printer_->is_full() || (output_ != nullptr && output_->is_closed());
}

// Everything that is there now.
Result<void> WindowRun::drain() {
  const Result<void> drained = reading_.drain(*tasks_, *end_);
  TRY(tasks_->flush());
  TRY(Result<void>(drained));
  if (options_->follows) tasks_->note_arrivals(system_->monotonic_ns());
  return flush();
}

Result<void> WindowRun::flush() { return printer_->flush(); }

Result<void> WindowRun::follow() {
  bool has_looked = false;
  while (!is_over()) {
    const bool is_complete = std::ranges::all_of(
        reading_.feeds(), [](const read::BatchFeed& feed) { return feed.is_complete(); });
    if (is_complete) return tasks_->end();
    // The first time, what came before the watch began is still to be found.
    if (std::exchange(has_looked, true)) wait_for_more();
    if (watch_->is_output_closed()) return {};
    TRY(refresh());
    TRY(drain());
    TRY(tasks_->advance_idle(system_->monotonic_ns(), options_->idle_ns));
    TRY(flush());
  }
  return {};
}

Result<void> WindowRun::refresh() {
  for (read::BatchFeed& feed : reading_.feeds()) {
    TRY(feed.topic().check_in_place(feed.reader().directory()));
    TRY(feed.refresh());
  }
  return {};
}

// A clock that goes on by itself is looked at in short steps, as long as something may close.
void WindowRun::wait_for_more() {
  const std::int64_t now_ns = system_->monotonic_ns();
  std::optional<std::int64_t> wait_ns;
  const auto wake_in = [&wait_ns](std::int64_t ns) {
    wait_ns = std::min(wait_ns.value_or(ns), std::max<std::int64_t>(ns, 0));
  };
  if (end_->deadline_ns()) wake_in(*end_->deadline_ns() - now_ns);
  if (const auto idle_ns = tasks_->idle_deadline_ns(now_ns, options_->idle_ns)) {
    wake_in(*idle_ns - now_ns);
  }
  watch_->wait(wait_ns);
}

}  // namespace estream::tool
