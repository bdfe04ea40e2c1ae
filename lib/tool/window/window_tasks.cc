#include "tool/window/window_tasks.h"

#include <algorithm>
#include <utility>

#include "text/say.h"

namespace estream::tool {

namespace {

// So many results of several tasks may be held before it is looked which ones can go.
constexpr std::size_t held_least = 4096;

}  // namespace

WindowTasks::WindowTasks(const WindowOptions& options, const read::StagePlan& plan,
                         window::Results& results)
    : plan_(&plan),
      is_one_(options.is_one_task || plan.sources.size() == 1),
      settings_(options.settings),
      filter_(options.selection, results),
      decoder_(*options.plan),
      next_(plan.sources.size()),
      noted_(plan.sources.size()),
      counts_keys_(options.is_dry_run) {
  using window::Operator;
  const bool is_of_events = settings_.op == Operator::trailing || settings_.op == Operator::dedup;
  const bool is_final = settings_.emit == window::Emit::close;
  if (!is_one_ && !options.follows && !is_of_events && is_final)
    order_.emplace(plan.sources.size(), filter_);
  settings_.sources = is_one_ ? plan.sources.size() : 1;
  window::Results& first = order_ ? static_cast<window::Results&>(*order_) : filter_;
  const std::size_t count = is_one_ ? 1 : plan.sources.size();
  for (std::size_t i = 0; i < count; i++) {
    tasks_.push_back(window::Task::make(settings_, options.aggregation, first));
  }
}

bool WindowTasks::put(const read::BatchWork& work, const read::OutputPiece*& next,
                      const read::OutputPiece* end) {
  for (; next != end && !failure_; next++) {
    if (auto added = add(work, *next); !added) failure_ = std::move(added).error();
  }
  if (order_ && !failure_ && order_->held() >= held_max_) {
    if (auto released = release_order(); !released) failure_ = std::move(released).error();
  }
  return !failure_;
}

Result<void> WindowTasks::add(const read::BatchWork& work, const read::OutputPiece& piece) {
  window::Row row;
  const auto source = static_cast<std::uint32_t>(work.source);
  row.record = work.records[piece.record];
  row.offset = row.record.offset;
  next_[source] = row.offset + 1;
  if (const auto reason = decoder_.decode(piece.view(), row)) {
    reject(place_of(work, piece), *reason);
    return {};
  }
  if (counts_keys_) key_hashes_.insert(row.key.hash);
  if (order_) order_->set_task(source);
  row.source = number_in_task(source);
  TRY(task_of(source).put(row));
  return {};
}

std::string WindowTasks::place_of(const read::BatchWork& work,
                                  const read::OutputPiece& piece) const {
  const read::StageSource& source = plan_->sources[work.source];
  const std::int64_t offset = work.offset_of(piece).value;
  if (source.topic == "-") return "line " + std::to_string(offset + 1);
  return source.topic + "/" + std::to_string(source.partition) + "@" + std::to_string(offset);
}

void WindowTasks::reject(const std::string& place, std::string_view why) {
  rejected_++;
  if (rejected_ > 1 && !text::is_said(text::Level::detail)) return;
  text::say(text::Level::warning, place + ": " + std::string(why) + "; the event is left out");
}

// The largest time before which no task has a result any more: windows and sessions end after the
// clock of their task, less the time that they wait.
Timestamp WindowTasks::no_older_results() const {
  Timestamp clock = {INT64_MAX};
  for (const auto& task : tasks_) clock = std::min(clock, task->clock(0));
  return {clock.ms - settings_.grace_ms - settings_.size_ms};
}

Result<void> WindowTasks::flush() {
  if (failure_) return *failure_;
  if (order_) TRY(release_order());
  return filter_.flush();
}

// Not after each event: what is held anyway would be looked at again and again.
Result<void> WindowTasks::release_order() {
  TRY(order_->release(no_older_results()));
  held_max_ = std::max(2 * order_->held(), held_least);
  return {};
}

void WindowTasks::note_arrivals(std::int64_t now_ns) {
  if (idle_.empty()) {
    for (const auto& task : tasks_) idle_.emplace_back(*task, settings_.sources, now_ns);
  }
  for (std::uint32_t i = 0; i < next_.size(); i++) {
    if (next_[i] == std::exchange(noted_[i], next_[i])) continue;
    idle_[number_of_task(i)].note_event(task_of(i), number_in_task(i), now_ns);
  }
}

Result<void> WindowTasks::advance_idle(std::int64_t now_ns, std::int64_t idle_ns) {
  for (std::uint32_t i = 0; i < next_.size(); i++) {
    const std::uint32_t number = number_in_task(i);
    const auto clock = idle_[number_of_task(i)].clock_at(task_of(i), number, now_ns, idle_ns);
    if (clock) TRY(task_of(i).advance({number, next_[i], *clock}));
  }
  return filter_.flush();
}

std::optional<std::int64_t> WindowTasks::idle_deadline_ns(std::int64_t now_ns,
                                                          std::int64_t idle_ns) const {
  std::optional<std::int64_t> deadline;
  for (std::uint32_t i = 0; i < next_.size(); i++) {
    const std::uint32_t number = number_in_task(i);
    if (!has_open(*tasks_[number_of_task(i)], number, next_[i])) continue;
    const std::int64_t begin = idle_[number_of_task(i)].arrival_ns(number) + idle_ns;
    const std::int64_t at = std::max(begin, now_ns + IdleClocks::step_ns(settings_));
    deadline = std::min(deadline.value_or(at), at);
  }
  return deadline;
}

Result<void> WindowTasks::end() {
  TRY(flush());
  for (std::size_t i = 0; i < tasks_.size(); i++) {
    if (order_) order_->set_task(i);
    TRY(tasks_[i]->end());
  }
  if (order_) TRY(order_->release({INT64_MAX}));
  return filter_.flush();
}

WindowCounts WindowTasks::counts() const {
  WindowCounts counts;
  for (const auto& task : tasks_) {
    counts.accepted += task->counts().accepted;
    counts.skipped += task->counts().skipped;
    counts.late += task->counts().late;
  }
  counts.rejected = rejected_;
  return counts;
}

std::int64_t WindowTasks::results() const {
  std::int64_t results = 0;
  for (const auto& task : tasks_) results += task->counts().results;
  return results;
}

}  // namespace estream::tool
