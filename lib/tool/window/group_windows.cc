#include "tool/window/group_windows.h"

#include <algorithm>
#include <set>
#include <utility>

#include "io/deadline.h"
#include "io/signals.h"
#include "text/say.h"
#include "tool/group/group_sources.h"
#include "tool/window/window_run.h"

namespace estream::tool {

namespace {

// How often new events are looked for while there is a backlog: a partition that is silent must not
// wait for the backlog of another one.
constexpr std::int64_t look_interval_ns = 500'000'000;

GroupReadingOptions reading_options(const WindowOptions& options) {
  return {.group = &*options.group,
          .request = &options.request,
          .shape = &options.row_form,
          .feed = {},
          .sharing = options.is_one_task ? Sharing::together : Sharing::each,
          .follows = options.follows};
}

}  // namespace

GroupWindows::GroupWindows(io::System& system, const WindowOptions& options, io::Output& output,
                           const read::EndCondition& end)
    : system_(&system),
      options_(&options),
      output_(&output),
      end_(&end),
      context_{.system = &system, .options = &options},
      partitions_(system, reading_options(options), end) {}

Result<cli::ExitStatus> GroupWindows::run(const std::vector<read::PartitionPlace>& places) {
  TRY(check(places));
  TRY(partitions_.join(places));
  sinks_.emplace(*system_, places.front().topic->root().name(), *options_->group,
                 sink_topics(*options_));
  context_.sinks = &*sinks_;
  context_.directory = &partitions_.member().directory();
  TRY(sinks_->open(places.front().topic->config().partition_count));
  Result<void> computed = compute();
  const Result<void> finished = finish();
  if (!computed) return computed.error();
  if (!finished) return finished.error();
  return status();
}

Result<void> GroupWindows::check(const std::vector<read::PartitionPlace>& places) const {
  if (options_->group->job != GroupOptions::Job::consume) {
    return Error{Error::Code::usage,
                 "option --from: windows go on where their group is; `stored` is for "
                 "estream-consume"};
  }
  const SinkTopics topics = sink_topics(*options_);
  if (topics.size() == 2 &&
      topics[0].options->target.topic.name == topics[1].options->target.topic.name) {
    return Error{Error::Code::usage,
                 "options --into and --late: name the same topic; give each another one"};
  }
  return check_not_read(topics, places);
}

Result<void> GroupWindows::compute() {
  for (bool is_first = true;; is_first = false) {
    if (partitions_.is_balance_due() && !is_stopped()) TRY(rebalance());
    if (is_first && owned_.empty()) TRY(start_reading());
    const bool has_more = TRY(load_all());
    if (is_stopped()) return {};
    const bool has_released = TRY(release_leaving());
    TRY(look_around());
    if (has_more || has_released) continue;
    TRY(stores_.finish_all());
    const bool is_done = TRY(is_everything_done());
    if (is_done) return {};
    TRY(wait_for_more());
  }
}

Result<void> GroupWindows::rebalance() {
  TRY(stores_.finish_all());
  TRY(commit(true));
  auto balanced = partitions_.balance();
  if (!balanced) forget_lost();
  const bool has_changed = TRY(std::move(balanced));
  if (has_changed) TRY(start_reading());
  return {};
}

// Others may have what was given back before a balance failed.
void GroupWindows::forget_lost() {
  owned_.clear();
  std::set<std::string> owned;
  for (const auto& one : partitions_.member().owned()) owned.insert(one.claim.name().text());
  std::erase_if(works_, [&](const auto& entry) { return !owned.contains(entry.first); });
}

GroupMember::Owned& GroupWindows::owner_of(std::size_t number) const {
  return *partitions_.sources()[owned_[number]->first_source()];
}

// A task that another member is to have is given back with all that makes its takeover cheap.
Result<bool> GroupWindows::release_leaving() {
  bool has_released = false;
  for (std::size_t i = 0; i < owned_.size(); i++) {
    if (!owner_of(i).is_leaving) continue;
    TRY(stores_.finish(*owned_[i]));
    TRY(owned_[i]->end());
    owner_of(i).is_leaving = false;
    has_released = true;
    partitions_.balance_soon();
  }
  return has_released;
}

// Tasks that were given back lose their work, and new ones get one.
Result<void> GroupWindows::start_reading() {
  owned_.clear();
  std::map<std::string, std::unique_ptr<WindowWork>> kept;
  for (GroupMember::Owned& owned : partitions_.member().owned()) {
    const std::string name = owned.claim.name().text();
    const auto known = works_.find(name);
    kept[name] = known != works_.end() ? std::move(known->second)
                                       : std::make_unique<WindowWork>(context_, owned);
  }
  for (const auto& [name, work] : works_) {
    if (work != nullptr) counts_ += work->counts();
  }
  works_ = std::move(kept);
  TRY(partitions_.start([this](GroupMember::Owned& owned, const read::PartitionSource& source) {
    return works_.at(owned.claim.name().text())->begin(source);
  }));
  TRY(open_printer());
  std::size_t source = 0;
  for (GroupMember::Owned& owned : partitions_.member().owned()) {
    WindowWork& work = *works_.at(owned.claim.name().text());
    work.attach(partitions_.reading(), source);
    owned_.push_back(&work);
    source += owned.places.size();
  }
  return {};
}

// What is printed names the partitions of the reading.
Result<void> GroupWindows::open_printer() {
  if (options_->late.kind == LateOptions::Kind::file) {
    late_ = TRY(LateOutput::open(*system_, options_->late, partitions_.reading().plan()));
    context_.late = late_.get();
  }
  if (options_->into) return {};
  printer_.emplace(*options_, partitions_.reading().plan(), output_, nullptr);
  context_.printer = &*printer_;
  return {};
}

// Whether there may be more to load at once.
Result<bool> GroupWindows::load_all() {
  bool has_more = false;
  for (std::size_t i = 0; i < owned_.size() && !is_stopped(); i++) {
    const std::size_t number = (first_ + i) % owned_.size();
    if (owner_of(number).is_leaving) continue;
    const bool may_have_more = TRY(load(*owned_[number]));
    has_more = has_more || may_have_more;
  }
  first_ = owned_.empty() ? 0 : (first_ + 1) % owned_.size();
  return has_more;
}

Result<bool> GroupWindows::load(WindowWork& work) {
  if (work.is_checkpoint_due()) {
    TRY(stores_.finish(work));
    TRY(work.write_checkpoint());
  }
  const auto loaded = TRY(work.load());
  TRY(keep(work));
  return loaded != WindowWork::Loaded::nothing;
}

// What is printed is out before the position moves.
Result<void> GroupWindows::keep(WindowWork& work) {
  if (late_ != nullptr) TRY(late_->flush());
  if (printer_) TRY(printer_->flush());
  if (output_->is_closed()) return {};
  if (work.has_output()) return stores_.start(work);
  TRY(stores_.finish(work));
  work.pass_over();
  return {};
}

// Of partitions of which all was loaded that was there at that time.
Result<void> GroupWindows::advance_idle() {
  for (WindowWork* work : owned_) {
    const bool has_changed = TRY(work->advance_idle(partitions_.refreshed_ns()));
    if (has_changed) TRY(keep(*work));
  }
  return {};
}

// Also while there is a backlog.
Result<void> GroupWindows::look_around() {
  if (!options_->follows) return commit_if_due();
  TRY(advance_idle());
  TRY(commit_if_due());
  const bool is_due = system_->monotonic_ns() - partitions_.refreshed_ns() >= look_interval_ns;
  return is_due && !owned_.empty() ? partitions_.refresh() : Result<void>();
}

Result<void> GroupWindows::commit_if_due() {
  const std::int64_t since_ns = system_->monotonic_ns() - committed_ns_;
  return since_ns >= options_->group->sync.interval_ns ? commit(true) : Result<void>();
}

// Without -f, a member ends when all is done, also what others have left.
Result<bool> GroupWindows::is_everything_done() {
  if (options_->follows) return false;
  TRY(commit(true));
  const bool has_more = TRY(partitions_.take_leftover());
  if (has_more) {
    TRY(start_reading());
    return false;
  }
  if (options_->closes_at_end) TRY(close_windows());
  return true;
}

Result<void> GroupWindows::close_windows() {
  for (WindowWork* work : owned_) {
    TRY(work->close());
    TRY(keep(*work));
  }
  return stores_.finish_all();
}

Result<void> GroupWindows::wait_for_more() {
  std::optional<std::int64_t> until_ns;
  const auto wake_at = [&](std::optional<std::int64_t> time_ns) {
    if (time_ns) until_ns = std::min(until_ns.value_or(*time_ns), *time_ns);
  };
  const std::int64_t now_ns = system_->monotonic_ns();
  for (const WindowWork* work : owned_) wake_at(work->idle_deadline_ns(now_ns));
  const std::int64_t due_ns = io::later_by(committed_ns_, options_->group->sync.interval_ns);
  if (now_ns >= due_ns) {
    TRY(commit(true));
  } else {
    wake_at(due_ns);
  }
  return partitions_.wait(until_ns);
}

Result<void> GroupWindows::commit(bool is_noted) {
  committed_ns_ = system_->monotonic_ns();
  for (WindowWork* work : owned_) {
    // To store a batch is a commit, too.
    if (!stores_.is_storing(*work)) TRY(work->commit(is_noted));
  }
  return {};
}

// Every task is given back as well as possible, and the first error counts.
Result<void> GroupWindows::finish() {
  Result<void> outcome;
  const auto note = [&](Result<void> result) {
    if (!result && outcome) outcome = std::move(result);
  };
  note(stores_.finish_all());
  for (auto& [name, work] : works_) note(work->end());
  note(partitions_.member().release());
  if (late_ != nullptr) note(late_->finish());
  if (outcome) note(sinks_->finish());
  return outcome;
}

cli::ExitStatus GroupWindows::status() const {
  const bool is_timed_out = end_->is_timed_out() || output_->has_given_up();
  if (!partitions_.has_owned() && !is_timed_out) {
    say_owns_nothing(*options_->group);
    return cli::ExitStatus::temporary;
  }
  WindowCounts counts = counts_;
  for (const auto& [name, work] : works_) counts += work->counts();
  counts.rejected = context_.rejected;
  if (!output_->is_closed()) say_counts(counts, context_.results);
  if (partitions_.corrupt_batches() > 0) return cli::ExitStatus::data_problem;
  if (is_timed_out) return cli::ExitStatus::timed_out;
  return window_status(*options_, counts, context_.results);
}

}  // namespace estream::tool
