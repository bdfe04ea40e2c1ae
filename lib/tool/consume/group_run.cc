#include "tool/consume/group_run.h"

#include <algorithm>

#include "io/signals.h"
#include "text/say.h"
#include "tool/group/group_sinks.h"
#include "tool/group/group_sources.h"

namespace estream::tool {

namespace {

using Commit = GroupArguments::Commit;

// How long it prints before it looks who else is there.
constexpr std::int64_t slice_ns = 300'000'000;

}  // namespace

GroupRun::GroupRun(io::System& system, const ConsumeOptions& options, Lookups& lookups,
                   io::Output& output, const read::EndCondition& end)
    : system_(&system),
      options_(&options),
      lookups_(&lookups),
      group_(&*options.group),
      output_(&output),
      end_(&end),
      partitions_(system, options.group_reading(&lookups), end) {}

Result<cli::ExitStatus> GroupRun::run(const std::vector<read::PartitionPlace>& places) {
  TRY(partitions_.join(places));
  Result<void> consumed = consume();
  const Result<void> finished = finish();
  lookups_->report(partitions_.plain_records());
  if (!consumed) return consumed.error();
  if (!finished) return finished.error();
  return status();
}

Result<void> GroupRun::consume() {
  for (bool is_first = true; !is_over(); is_first = false) {
    if (partitions_.is_balance_due()) {
      const bool has_changed = TRY(rebalance());
      if (has_changed || is_first) TRY(start_reading());
    }
    const bool is_at_end = TRY(print_some());
    if (is_over()) break;
    if (!is_at_end) continue;
    if (!options_->follows) {
      const bool has_more = TRY(take_leftover());
      if (!has_more) break;
      TRY(start_reading());
      continue;
    }
    if (partitions_.is_idle_for_long()) break;
    TRY(commit_positions());
    TRY(partitions_.wait(std::nullopt));
  }
  return {};
}

Result<bool> GroupRun::rebalance() {
  TRY(keep_positions());
  return partitions_.balance();
}

Result<bool> GroupRun::take_leftover() {
  TRY(keep_positions());
  return partitions_.take_leftover();
}

Result<void> GroupRun::start_reading() {
  matches_before_ = matches();
  sink_.reset();
  const auto begin_of = [this](GroupMember::Owned& owned,
                               const read::PartitionSource& source) -> Result<Offset> {
    const group::PositionState& state = owned.claim.file().content().state;
    TRY(check_into(state, *group_, {}));
    TRY(check_no_windows(*group_, state));
    return checked_position(*group_, source, state.sources.front());
  };
  TRY(partitions_.start(begin_of));
  read::SinkOptions sink = options_->sink;
  if (sink.max_records) *sink.max_records -= matches_before_;
  sink_.emplace(sink, partitions_.reading().plan(), *output_);
  sink_->on_written([this] {
    if (auto noted = note_positions(); !noted && !note_failure_) note_failure_ = noted.error();
  });
  return {};
}

// Whether all that is there now is printed.
Result<bool> GroupRun::print_some() {
  const std::int64_t before = matches();
  std::int64_t slice = slice_ns;
  if (end_->deadline_ns()) slice = std::min(slice, *end_->deadline_ns() - system_->monotonic_ns());
  const read::EndCondition pause(*system_, std::max<std::int64_t>(slice, 0));
  auto drained = partitions_.reading().drain(*sink_, pause);
  // What was taken before an error is as good as ever.
  TRY(keep_positions());
  TRY(std::move(drained));
  if (matches() > before) partitions_.note_activity();
  return !pause.is_met() && !sink_->is_over();
}

// What is printed is written out first, so that the positions never come before it.
Result<void> GroupRun::keep_positions() {
  if (!sink_) return {};
  TRY(sink_->flush());
  TRY(note_positions());
  if (note_failure_) return *note_failure_;
  if (system_->monotonic_ns() - committed_ns_ >= group_->sync.interval_ns) {
    TRY(commit_positions());
  }
  return {};
}

Result<void> GroupRun::note_positions() {
  if (group_->commit != Commit::automatic || output_->is_closed()) return {};
  for (std::size_t i = 0; i < partitions_.sources().size(); i++) TRY(note_position(i));
  return group_->sync.level == log::SyncLevel::batch ? commit_positions() : Result<void>();
}

Result<void> GroupRun::note_position(std::size_t i) {
  group::PositionFile& file = partitions_.sources()[i]->claim.file();
  group::PositionState state = file.content().state;
  const read::BatchFeed& feed = partitions_.reading().feeds()[i];
  const Offset position = std::min(partitions_.reading().position(i), feed.reader().end_offset());
  if (position <= state.sources.front().position) return {};
  set_position(state.sources.front(), feed.topic(), feed.reader(), position);
  return file.note(state);
}

Result<void> GroupRun::commit_positions() {
  committed_ns_ = system_->monotonic_ns();
  if (group_->sync.level == log::SyncLevel::none) return {};
  for (GroupMember::Owned& owned : partitions_.member().owned()) TRY(owned.claim.file().commit());
  return {};
}

Result<void> GroupRun::finish() {
  Result<void> outcome;
  if (sink_) outcome = sink_->flush();
  if (outcome) outcome = output_->flush();
  const bool is_good_end = outcome && io::stop_signal() == 0 && !end_->is_timed_out();
  if (group_->commit == Commit::at_end && is_good_end && !output_->is_closed()) {
    for (std::size_t i = 0; i < partitions_.sources().size() && outcome; i++)
      outcome = note_position(i);
  } else if (outcome && sink_) {
    outcome = note_positions();
  }
  if (outcome) outcome = commit_positions();
  auto released = partitions_.member().release();
  return outcome ? std::move(released) : std::move(outcome);
}

cli::ExitStatus GroupRun::status() const {
  if (partitions_.corrupt_batches() > 0) return cli::ExitStatus::data_problem;
  if ((end_->is_timed_out() && !has_enough()) || output_->has_given_up()) {
    return cli::ExitStatus::timed_out;
  }
  if (!partitions_.has_owned()) {
    say_owns_nothing(*group_);
    return cli::ExitStatus::temporary;
  }
  const bool asked = !options_->request.selection.is_everything() && !options_->is_no_match_ok;
  const bool is_no = asked && matches() == 0 && !output_->is_closed();
  return is_no ? cli::ExitStatus::no : cli::ExitStatus::done;
}

bool GroupRun::is_over() const {
  const bool is_closed = output_->is_closed() || partitions_.is_output_closed();
  return end_->is_met() || has_enough() || is_closed || note_failure_.has_value();
}

}  // namespace estream::tool
