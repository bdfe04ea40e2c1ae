#include "tool/report/work_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/work_meter.h"
#include "io/signals.h"
#include "io/thread.h"
#include "io/user_file.h"
#include "json/object_writer.h"
#include "text/duration.h"
#include "text/rate.h"
#include "text/say.h"
#include "text/size.h"

namespace estream::tool {

namespace {

using Mode = cli::Progress::Mode;

// Events and a progress that overwrites itself would mix on one terminal.
Mode fitting(io::System& system, Mode mode, OutputDuring output) {
  if (mode != Mode::automatic || output == OutputDuring::nothing) return mode;
  io::FileStatus status;
  const bool is_file = system.status(io::standard_output, status) >= 0 &&
                       status.kind == io::FileStatus::Kind::regular;
  return is_file ? mode : Mode::never;
}

}  // namespace

struct WorkProgress::State {
  std::int64_t bytes;
  std::int64_t events;
  std::optional<double> share;
  double seconds;

  double bytes_per_second() const { return static_cast<double>(bytes) / seconds; }
  std::optional<double> seconds_left() const {
    if (!share || *share <= 0) return {};
    return seconds * (1 - *share) / *share;
  }
};

WorkProgress::WorkProgress(io::System& system, std::string_view what, Mode mode,
                           OutputDuring output)
    : system_(&system),
      what_(what),
      start_ms_(now_ms()),
      mode_(fitting(system, mode, output)),
      progress_({.tool = text::tool_name(),
                 .mode = mode_,
                 .output = io::is_terminal(io::standard_error) ? cli::Progress::Output::terminal
                                                               : cli::Progress::Output::other,
                 .start_ms = start_ms_}) {
  if (!progress_.is_shown()) return;
  work_meter().is_watched = true;
  if (auto thread = io::start_thread([this] { run(); })) thread_ = *std::move(thread);
}

WorkProgress::~WorkProgress() {
  {
    const std::scoped_lock guard(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  text::show_status(progress_.finish(line()), "");
}

WorkProgress::State WorkProgress::state() const {
  const WorkMeter& meter = work_meter();
  State state = {
      .bytes = meter.bytes.load(),
      .events = meter.events.load(),
      .share = {},
      .seconds = static_cast<double>(std::max<std::int64_t>(now_ms() - start_ms_, 1)) / 1000};
  if (const std::int64_t total = meter.total.load(); total > 0) {
    const std::int64_t done = std::clamp<std::int64_t>(meter.done.load(), 0, total);
    state.share = static_cast<double>(done) / static_cast<double>(total);
  }
  return state;
}

std::string WorkProgress::text() const {
  const State now = state();
  std::string text = what_ + " ";
  if (now.events > 0) text += text::format_count(now.events, "event", "events") + ", ";
  text += text::format_size(now.bytes);
  if (now.share) text += fmt::format(" ({}%)", static_cast<int>(*now.share * 100));
  text += ", " + text::format_byte_rate(now.bytes, std::chrono::duration<double>(now.seconds));
  if (const auto left = now.seconds_left(); left && *left >= 1) {
    text += ", " + text::format_duration(std::chrono::seconds(static_cast<std::int64_t>(*left))) +
            " left";
  }
  return text;
}

std::string WorkProgress::json_line() const {
  const State now = state();
  const auto left = now.seconds_left();
  std::string line;
  json::ObjectWriter object(line);
  object.text("type", "progress").text("tool", text::tool_name()).text("what", what_);
  object.json("share", now.share ? fmt::format("{:.4f}", *now.share) : "null");
  object.json("events", now.events > 0 ? std::to_string(now.events) : "null");
  object.number("bytes", now.bytes)
      .number("bytes_per_second", static_cast<std::int64_t>(now.bytes_per_second()))
      .json("seconds", fmt::format("{:.1f}", now.seconds))
      .json("seconds_left", left ? fmt::format("{:.1f}", *left) : "null")
      .end();
  return line;
}

std::string WorkProgress::line() const { return mode_ == Mode::json ? json_line() : text(); }

void WorkProgress::run() {
  constexpr auto interval = std::chrono::milliseconds(100);
  std::unique_lock lock(mutex_);
  while (!is_over_) {
    changed_.wait_for(lock, interval);
    if (is_over_ || !progress_.is_due(now_ms())) continue;
    const std::string update = progress_.update(now_ms(), line());
    text::show_status(update, progress_.eraser());
  }
}

void add_progress_option(cli::OptionTable& table, std::optional<Mode>& mode) {
  table.choice({.name = "progress",
                .argument = "WHEN",
                .help = "show how far it is: auto, always, json or never",
                .configurable = true},
               mode,
               {{"auto", Mode::automatic},
                {"always", Mode::always},
                {"json", Mode::json},
                {"never", Mode::never}});
}

Mode progress_mode(const std::optional<Mode>& typed, bool is_quiet) {
  return typed.value_or(is_quiet ? Mode::never : Mode::automatic);
}

}  // namespace estream::tool
