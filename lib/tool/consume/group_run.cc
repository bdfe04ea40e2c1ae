#include "tool/consume/group_run.h"

#include <algorithm>

#include "io/deadline.h"
#include "io/signals.h"
#include "io/user_file.h"
#include "text/say.h"
#include "tool/consume/group_sources.h"

namespace estream::tool {

namespace {

using Commit = GroupArguments::Commit;

// How often a member looks who else is there, if nothing tells it; and for how long it prints
// before it looks up.
constexpr std::int64_t balance_interval_ns = 1'000'000'000;
constexpr std::int64_t slice_ns = 300'000'000;

// Where a group begins that has not read this partition yet: not beyond its end, which would be
// taken for a log that lost its end.
Result<Offset> begin_of_group(const read::ReadRequest& request, const read::PartitionPlace& place) {
  read::PartitionSource source = TRY(read::open_source(place, request.sources));
  const Offset begin = TRY(read::resolve_begin(source, request));
  return std::min(begin, TRY(source.reader.known_end()));
}

}  // namespace

GroupRun::GroupRun(io::System& system, const ConsumeOptions& options, io::Output& output,
                   const read::EndCondition& end)
    : system_(&system),
      options_(&options),
      group_(&*options.group),
      output_(&output),
      end_(&end),
      quiet_since_ns_(system.monotonic_ns()) {}

Result<cli::ExitStatus> GroupRun::run(const std::vector<read::PartitionPlace>& places) {
  std::set<std::int32_t> partitions;
  for (const read::PartitionPlace& place : places) {
    partitions.insert(place.partition);
    first_places_.insert(place.name);
  }
  TRY(read::check_positions(options_->request, partitions));
  if (!options_->follows) TRY(note_ends(places));
  member_.emplace(TRY(GroupMember::join(*group_, places, [this](const read::PartitionPlace& place) {
    return first_places_.contains(place.name) ? begin_of_group(options_->request, place)
                                              : Result<Offset>(Offset{0});
  })));
  Result<void> consumed = consume();
  const Result<void> finished = finish();
  if (!consumed) return consumed.error();
  if (!finished) return finished.error();
  return status();
}

// So that a run without -f ends, whatever is written meanwhile.
Result<void> GroupRun::note_ends(const std::vector<read::PartitionPlace>& places) {
  for (const read::PartitionPlace& place : places) {
    read::PartitionSource source = TRY(read::open_source(place, options_->request.sources));
    ends_[place.name] = TRY(read::visible_end(source));
  }
  return {};
}

Result<void> GroupRun::consume() {
  for (bool is_first = true; !is_over(); is_first = false) {
    const std::int64_t now_ns = system_->monotonic_ns();
    if (is_first || now_ns - balanced_ns_ >= balance_interval_ns) {
      const bool has_changed = TRY(rebalance());
      if (has_changed || is_first) TRY(start_reading());
    }
    const bool is_at_end = TRY(print_some());
    if (is_over()) break;
    if (!is_at_end) continue;
    if (!options_->follows) {
      const bool has_more = TRY(take_leftovers());
      if (!has_more) break;
      TRY(start_reading());
      continue;
    }
    if (options_->idle_ns && system_->monotonic_ns() - quiet_since_ns_ >= *options_->idle_ns) break;
    TRY(wait_for_more());
  }
  return {};
}

Result<bool> GroupRun::rebalance() {
  balanced_ns_ = system_->monotonic_ns();
  TRY(keep_positions());
  TRY(find_new_topics());
  auto balanced = member_->balance();
  // What was given back is gone, also if something failed after that.
  if (!balanced) sources_.clear();
  const bool has_changed = TRY(std::move(balanced));
  has_owned_ = has_owned_ || !member_->owned().empty();
  return has_changed;
}

// That regular expressions match and that were made meanwhile.
Result<void> GroupRun::find_new_topics() {
  const read::SourceRequest& request = options_->request.sources;
  if (!options_->follows || request.names != read::TopicNames::regex) return {};
  const auto places = read::find_partitions(*system_, request);
  // A topic that goes is told of by its reader.
  return places ? member_->set_places(*places) : Result<void>();
}

Result<void> GroupRun::start_reading() {
  if (reading_) corrupt_batches_ += reading_->corrupt_batches();
  matches_before_ = matches();
  sink_.reset();
  sources_.clear();
  watch_.reset();
  reading_ =
      std::make_unique<read::Reading>(options_->request.selection, options_->shape, options_->feed);
  if (options_->follows) {
    watch_.emplace(*system_);
    watch_->add_output(io::standard_output);
    watch_->add_names(member_->directory(), ".");
    watch_->add_names(member_->directory(), group::members_name);
  }
  for (GroupMember::Owned& owned : member_->owned()) TRY(add(owned));
  reading_->start(options_->order.value_or(read::MergeOrder::time));
  // Not before: positions are asked of a reading that has begun.
  for (GroupMember::Owned& owned : member_->owned()) sources_.push_back(&owned);
  read::SinkOptions sink = options_->sink;
  if (sink.max_records) *sink.max_records -= matches_before_;
  sink_.emplace(sink, reading_->plan(), *output_);
  sink_->on_written([this] {
    if (auto noted = note_positions(); !noted && !note_failure_) note_failure_ = noted.error();
  });
  return {};
}

Result<void> GroupRun::add(GroupMember::Owned& owned) {
  read::PartitionSource source = TRY(read::open_source(owned.place, options_->request.sources));
  if (!owned.claim.file().notice().empty()) {
    text::say(text::Level::warning, owned.claim.file().notice());
  }
  read::ReadWindow window;
  window.begin = TRY(checked_position(*group_, source, owned.claim.file().content().state));
  if (!options_->follows) window.end = std::max(window.begin, ends_.at(owned.place.name));
  read::say_window(source.name, window, options_->request.zone);
  if (watch_) watch_->add(source.reader, source.topic->layout());
  return reading_->add(std::move(source), window);
}

// Whether all that is there now is printed.
Result<bool> GroupRun::print_some() {
  const std::int64_t before = matches();
  std::int64_t slice = slice_ns;
  if (end_->deadline_ns()) slice = std::min(slice, *end_->deadline_ns() - system_->monotonic_ns());
  const read::EndCondition pause(*system_, std::max<std::int64_t>(slice, 0));
  auto drained = reading_->drain(*sink_, pause);
  // What was taken before an error is as good as ever.
  TRY(keep_positions());
  TRY(std::move(drained));
  if (matches() > before) quiet_since_ns_ = system_->monotonic_ns();
  return !pause.is_met() && !sink_->is_over();
}

Result<void> GroupRun::wait_for_more() {
  TRY(commit_positions());
  std::int64_t until_ns = balanced_ns_ + balance_interval_ns;
  if (end_->deadline_ns()) until_ns = std::min(until_ns, *end_->deadline_ns());
  if (options_->idle_ns) {
    until_ns = std::min(until_ns, io::later_by(quiet_since_ns_, *options_->idle_ns));
  }
  watch_->wait(std::max<std::int64_t>(until_ns - system_->monotonic_ns(), 0));
  if (watch_->has_seen_names()) balanced_ns_ = -balance_interval_ns;  // Look at once.
  for (read::BatchFeed& feed : reading_->feeds()) {
    TRY(feed.topic().check_in_place(feed.reader().directory()));
    TRY(feed.refresh());
  }
  return {};
}

// A member that ended before its work was done leaves that to those who are still there.
Result<bool> GroupRun::take_leftovers() {
  TRY(keep_positions());
  const auto has_work = [this](const read::PartitionPlace& place) {
    const auto content =
        group::PositionFile::look(member_->directory(), name_of(place).position_file());
    if (!content || !*content) return true;
    return (*content)->state.sources.front().position < ends_.at(place.name);
  };
  const bool has_more = TRY(member_->take_one(has_work));
  has_owned_ = has_owned_ || has_more;
  return has_more;
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
  for (std::size_t i = 0; i < sources_.size(); i++) TRY(note_position(i));
  return group_->sync.level == log::SyncLevel::batch ? commit_positions() : Result<void>();
}

Result<void> GroupRun::note_position(std::size_t i) {
  group::PositionFile& file = sources_[i]->claim.file();
  group::PositionState state = file.content().state;
  const read::BatchFeed& feed = reading_->feeds()[i];
  const Offset position = std::min(reading_->position(i), feed.reader().end_offset());
  if (position <= state.sources.front().position) return {};
  set_position(state, feed.topic(), feed.reader(), position);
  return file.note(state);
}

Result<void> GroupRun::commit_positions() {
  committed_ns_ = system_->monotonic_ns();
  if (group_->sync.level == log::SyncLevel::none) return {};
  for (GroupMember::Owned& owned : member_->owned()) TRY(owned.claim.file().commit());
  return {};
}

Result<void> GroupRun::finish() {
  Result<void> outcome;
  if (sink_) outcome = sink_->flush();
  if (outcome) outcome = output_->flush();
  if (reading_) corrupt_batches_ += reading_->corrupt_batches();
  const bool is_good_end = outcome && io::stop_signal() == 0 && !end_->is_timed_out();
  if (group_->commit == Commit::at_end && is_good_end && !output_->is_closed()) {
    for (std::size_t i = 0; i < sources_.size() && outcome; i++) outcome = note_position(i);
  } else if (outcome && sink_) {
    outcome = note_positions();
  }
  if (outcome) outcome = commit_positions();
  auto released = member_->release();
  return outcome ? std::move(released) : std::move(outcome);
}

cli::ExitStatus GroupRun::status() const {
  if (corrupt_batches_ > 0) return cli::ExitStatus::data_problem;
  if ((end_->is_timed_out() && !has_enough()) || output_->has_given_up()) {
    return cli::ExitStatus::timed_out;
  }
  if (!has_owned_) {
    text::say(text::Level::error, "group '" + group_->name +
                                      "': all partitions are owned by other members; with -f, a "
                                      "member waits for one");
    return cli::ExitStatus::temporary;
  }
  const bool asked = !options_->request.selection.is_everything() && !options_->is_no_match_ok;
  const bool is_no = asked && matches() == 0 && !output_->is_closed();
  return is_no ? cli::ExitStatus::no : cli::ExitStatus::done;
}

bool GroupRun::is_over() const {
  const bool is_closed = output_->is_closed() || (watch_ && watch_->is_output_closed());
  return end_->is_met() || has_enough() || is_closed || note_failure_.has_value();
}

}  // namespace estream::tool
