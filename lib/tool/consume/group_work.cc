#include "tool/consume/group_work.h"

#include <algorithm>
#include <set>
#include <utility>

#include "io/deadline.h"
#include "text/say.h"
#include "tool/group/group_sources.h"

namespace estream::tool {

GroupWork::GroupWork(io::System& system, const ConsumeOptions& options, Lookups& lookups,
                     io::Output& output, const read::EndCondition& end)
    : system_(&system),
      options_(&options),
      lookups_(&lookups),
      output_(&output),
      end_(&end),
      context_{.system = &system, .options = &options, .sinks = nullptr, .output = &output},
      partitions_(system, options.group_reading(&lookups), end) {}

Result<cli::ExitStatus> GroupWork::run(const std::vector<read::PartitionPlace>& places) {
  TRY(check_not_read(options_->work->sink_topics(), places));
  TRY(check_lookups());
  TRY(partitions_.join(places));
  sinks_.emplace(*system_, places.front().topic->root().name(), *options_->group,
                 options_->work->sink_topics());
  context_.sinks = &*sinks_;
  TRY(sinks_->open(places.front().topic->config().partition_count));
  Result<void> consumed = consume();
  if (!consumed) wait_for_running();
  const Result<void> finished = finish();
  lookups_->report(partitions_.plain_records());
  if (!consumed) return consumed.error();
  if (!finished) return finished.error();
  return status();
}

// Output that is added to other events would never be the same.
Result<void> GroupWork::check_lookups() const {
  const WorkOptions& work = *options_->work;
  if (work.into) TRY(lookups_->check_written("--into", work.into->target.topic));
  if (work.dead_letters) TRY(lookups_->check_written("--dlq", work.dead_letters->target.topic));
  return {};
}

Result<void> GroupWork::consume() {
  for (bool is_first = true;; is_first = false) {
    context_.is_ending = is_stopped();
    if (partitions_.is_balance_due() && !is_stopped()) TRY(rebalance());
    if (is_first && sources_.empty()) TRY(start_reading());
    const bool has_begun = TRY(begin_runs());
    const bool has_finished = TRY(take_outcomes());
    if (is_stopped() && running() == 0) return {};
    const bool has_released = TRY(release_leaving());
    if (has_begun || has_finished || has_released) continue;
    TRY(stores_.finish_all());
    const bool is_done = TRY(is_everything_done());
    if (is_done) return {};
    TRY(wait_for_more());
  }
}

// One partition has failed; what the others do is not given up in the middle.
void GroupWork::wait_for_running() {
  context_.is_ending = true;
  while (running() > 0) {
    if (!wait_for_more() || !take_outcomes()) return;
  }
}

Result<void> GroupWork::rebalance() {
  TRY(stores_.finish_all());
  TRY(commit(true));
  auto balanced = partitions_.balance();
  if (!balanced) forget_lost();
  const bool has_changed = TRY(std::move(balanced));
  if (has_changed) TRY(start_reading());
  return {};
}

// Others may have what was given back before a balance failed.
void GroupWork::forget_lost() {
  sources_.clear();
  std::set<std::string> owned;
  for (const auto& one : partitions_.member().owned()) owned.insert(one.place().name);
  std::erase_if(works_, [&](const auto& entry) { return !owned.contains(entry.first); });
}

// A partition that another member is to have is given back when its command has ended.
Result<bool> GroupWork::release_leaving() {
  bool has_released = false;
  for (std::size_t i = 0; i < sources_.size(); i++) {
    GroupMember::Owned& owned = *partitions_.sources()[i];
    if (!owned.is_leaving || !sources_[i]->is_idle()) continue;
    TRY(stores_.finish(*sources_[i]));
    TRY(sources_[i]->end());
    owned.is_leaving = false;
    has_released = true;
    partitions_.balance_soon();
  }
  return has_released;
}

// Partitions that were given back lose their work, and new ones get one.
Result<void> GroupWork::start_reading() {
  sources_.clear();
  std::map<std::string, std::unique_ptr<PartitionWork>> kept;
  for (GroupMember::Owned& owned : partitions_.member().owned()) {
    const auto known = works_.find(owned.place().name);
    kept[owned.place().name] = known != works_.end()
                                   ? std::move(known->second)
                                   : std::make_unique<PartitionWork>(context_, owned);
  }
  works_ = std::move(kept);
  TRY(partitions_.start([this](GroupMember::Owned& owned, const read::PartitionSource& source) {
    return work_of(owned).begin(source);
  }));
  for (GroupMember::Owned* owned : partitions_.sources()) {
    work_of(*owned).attach(partitions_.reading(), sources_.size());
    sources_.push_back(&work_of(*owned));
  }
  return {};
}

PartitionWork& GroupWork::work_of(GroupMember::Owned& owned) {
  return *works_.at(owned.place().name);
}

// Whether there may be more to begin at once.
Result<bool> GroupWork::begin_runs() {
  bool has_begun = false;
  for (std::size_t i = 0; i < sources_.size() && !is_stopped(); i++) {
    const std::size_t source = (first_ + i) % sources_.size();
    if (sources_[source]->is_running()) continue;
    if (std::cmp_greater_equal(running(), options_->work->jobs)) break;
    const bool is_leaving = partitions_.sources()[source]->is_leaving;
    const bool has_more = TRY(begin_run(*sources_[source], is_leaving));
    has_begun = has_begun || has_more;
  }
  first_ = sources_.empty() ? 0 : (first_ + 1) % sources_.size();
  return has_begun;
}

// Whether something was begun, or may be when this is called again.
Result<bool> GroupWork::begin_run(PartitionWork& work, bool is_leaving) {
  if (const auto retry_ns = work.retry_ns()) {
    if (system_->monotonic_ns() < *retry_ns) return false;
    TRY(work.run());
    return true;
  }
  if (is_leaving || has_enough()) return false;
  const std::int64_t most = options_->sink.max_records.value_or(INT64_MAX);
  const auto loaded = TRY(work.load(most - context_.events));
  if (loaded != PartitionWork::Loaded::batch) {
    TRY(stores_.finish(work));
    work.pass_over();
  } else {
    partitions_.note_activity();
    TRY(options_->work->command.empty() ? stores_.start(work) : work.run());
  }
  return loaded != PartitionWork::Loaded::nothing;
}

// Whether any command has ended.
Result<bool> GroupWork::take_outcomes() {
  const std::int64_t now_ns = system_->monotonic_ns();
  bool has_finished = false;
  for (PartitionWork* work : sources_) {
    if (!work->is_running()) continue;
    const bool is_over = TRY(work->step(now_ns));
    has_finished = has_finished || is_over;
  }
  if (has_finished) partitions_.note_activity();
  if (now_ns - committed_ns_ >= options_->group->sync.interval_ns) TRY(commit(false));
  return has_finished;
}

// Without -f, a member ends when all is done, also what others have left.
Result<bool> GroupWork::is_everything_done() {
  const bool is_idle = std::ranges::all_of(sources_, [](PartitionWork* w) { return w->is_idle(); });
  if (!is_idle) return false;
  if (has_enough()) return true;
  if (options_->follows) return partitions_.is_idle_for_long();
  TRY(commit(true));
  const bool has_more = TRY(partitions_.take_leftover());
  if (has_more) TRY(start_reading());
  return !has_more;
}

Result<void> GroupWork::wait_for_more() {
  std::optional<std::int64_t> until_ns;
  std::vector<io::PollEntry> entries;
  const auto wake_at = [&](std::optional<std::int64_t> time_ns) {
    if (time_ns) until_ns = std::min(until_ns.value_or(*time_ns), *time_ns);
  };
  bool is_idle = true;
  for (PartitionWork* work : sources_) {
    wake_at(work->retry_ns());
    if (!work->is_running()) continue;
    is_idle = false;
    work->add_poll_entries(entries);
    wake_at(work->deadline_ns());
  }
  const std::int64_t due_ns = io::later_by(committed_ns_, options_->group->sync.interval_ns);
  if (is_idle && system_->monotonic_ns() >= due_ns) {
    TRY(commit(true));
  } else if (is_idle) {
    wake_at(due_ns);
  }
  return partitions_.wait(until_ns, entries);
}

Result<void> GroupWork::commit(bool is_noted) {
  committed_ns_ = system_->monotonic_ns();
  for (PartitionWork* work : sources_) {
    // To store a batch is a commit, too.
    if (!stores_.is_storing(*work)) TRY(work->commit(is_noted && work->is_idle()));
  }
  return {};
}

// Every partition is given back as well as possible, and the first error counts.
Result<void> GroupWork::finish() {
  Result<void> outcome;
  const auto note = [&](Result<void> result) {
    if (!result && outcome) outcome = std::move(result);
  };
  note(stores_.finish_all());
  for (auto& [name, work] : works_) note(work->end());
  note(partitions_.member().release());
  if (outcome) note(sinks_->finish());
  return outcome;
}

cli::ExitStatus GroupWork::status() const {
  if (partitions_.corrupt_batches() > 0) return cli::ExitStatus::data_problem;
  if (end_->is_timed_out() && !has_enough()) return cli::ExitStatus::timed_out;
  if (!partitions_.has_owned()) {
    say_owns_nothing(*options_->group);
    return cli::ExitStatus::temporary;
  }
  return context_.dead_letters > 0 ? cli::ExitStatus::data_problem : cli::ExitStatus::done;
}

std::size_t GroupWork::running() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(sources_, [](PartitionWork* work) { return work->is_running(); }));
}

bool GroupWork::has_enough() const {
  return options_->sink.max_records && context_.events >= *options_->sink.max_records;
}

}  // namespace estream::tool
