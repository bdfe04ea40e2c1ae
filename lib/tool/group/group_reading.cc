#include "tool/group/group_reading.h"

#include <algorithm>

#include "base/assert.h"
#include "group/group_position.h"
#include "io/deadline.h"
#include "io/user_file.h"
#include "text/say.h"
#include "tool/group/group_sources.h"

namespace estream::tool {

namespace {

// How often a member looks who else is there, if nothing tells it.
constexpr std::int64_t balance_interval_ns = 1'000'000'000;
// The kernel tells that a file is closed shortly before it releases the lock. So after such news, a
// member looks again after 1, 2, 4 and 8 ms.
constexpr std::int64_t first_pause_ns = 1'000'000;
constexpr std::int64_t last_pause_ns = 8'000'000;

// Where a group begins that has not read this partition yet: not beyond its end, which would be
// taken for a log that lost its end.
Result<Offset> begin_of_group(const read::ReadRequest& request, const read::PartitionPlace& place) {
  read::PartitionSource source = TRY(read::open_source(place, request.sources));
  const Offset begin = TRY(read::resolve_begin(source, request));
  return std::min(begin, TRY(source.reader.known_end()));
}

}  // namespace

GroupReading::GroupReading(io::System& system, const GroupReadingOptions& options,
                           const read::EndCondition& end)
    : system_(&system),
      options_(options),
      end_(&end),
      watch_(system),
      pause_ns_(balance_interval_ns),
      quiet_since_ns_(system.monotonic_ns()) {}

Result<void> GroupReading::join(const std::vector<read::PartitionPlace>& places) {
  std::set<std::int32_t> partitions;
  for (const read::PartitionPlace& place : places) {
    partitions.insert(place.partition);
    first_places_.insert(place.name);
  }
  TRY(read::check_positions(*options_.request, partitions));
  if (!options_.follows) TRY(note_ends(places));
  const auto begin_of = [this](const read::PartitionPlace& place) {
    return first_places_.contains(place.name) ? begin_of_group(*options_.request, place)
                                              : Result<Offset>(Offset{0});
  };
  member_.emplace(TRY(GroupMember::join(*options_.group, options_.sharing, places, begin_of)));
  watch_.add_output(io::standard_output);
  watch_.add_names(member_->directory(), ".");
  watch_.add_names(member_->directory(), group::members_name);
  if (options_.lookups != nullptr) options_.lookups->add_to(watch_);
  share_watches(places);
  return {};
}

// So that another member that dies frees its partitions, and ends its commands, without delay.
void GroupReading::share_watches(const std::vector<read::PartitionPlace>& places) {
  for (const read::PartitionPlace& place : places) {
    if (!shared_.insert(place.name).second) continue;
    const auto partition = place.topic->open_partition(place.partition);
    if (partition) watch_.share(*partition);
  }
}

// So that a run without -f ends, whatever is written meanwhile.
Result<void> GroupReading::note_ends(const std::vector<read::PartitionPlace>& places) {
  for (const read::PartitionPlace& place : places) {
    read::PartitionSource source = TRY(read::open_source(place, options_.request->sources));
    ends_[place.name] = TRY(read::visible_end(source));
  }
  return {};
}

bool GroupReading::is_balance_due() const {
  return !balanced_ns_ || system_->monotonic_ns() - *balanced_ns_ >= pause_ns_;
}

Result<bool> GroupReading::balance() {
  balanced_ns_ = system_->monotonic_ns();
  pause_ns_ = pause_ns_ < last_pause_ns ? pause_ns_ * 2 : balance_interval_ns;
  TRY(find_new_topics());
  auto balanced = member_->balance();
  // What was given back is gone, also if something failed after that.
  if (!balanced) sources_.clear();
  const bool has_changed = TRY(std::move(balanced));
  if (has_changed) sources_.clear();
  has_owned_ = has_owned_ || !member_->owned().empty();
  return has_changed;
}

// That regular expressions match and that were made meanwhile.
Result<void> GroupReading::find_new_topics() {
  const read::SourceRequest& request = options_.request->sources;
  if (!options_.follows || request.names != read::TopicNames::regex) return {};
  const auto places = read::find_partitions(*system_, request);
  // A topic that goes is told of by its reader.
  if (!places) return {};
  share_watches(*places);
  return member_->set_places(*places);
}

// A member that ended before its work was done leaves that to those who are still there.
Result<bool> GroupReading::take_leftover() {
  const auto has_work = [this](const read::PartitionPlace& place) {
    const auto stored =
        group::look_at_position(place.topic->root(), options_.group->name, name_of(place));
    return !stored || !*stored || (*stored)->position < ends_.at(place.name);
  };
  const bool has_more = TRY(member_->take_one(has_work));
  has_owned_ = has_owned_ || has_more;
  if (has_more) sources_.clear();
  return has_more;
}

Result<void> GroupReading::start(const BeginOf& begin_of) {
  corrupt_batches_ = corrupt_batches();
  plain_records_ = plain_records();
  sources_.clear();
  refreshed_ns_ = system_->monotonic_ns();
  reading_ =
      std::make_unique<read::Reading>(options_.request->selection, *options_.shape, options_.feed);
  if (options_.lookups != nullptr) reading_->enrich_with(options_.lookups->enrichment());
  for (GroupMember::Owned& owned : member_->owned()) {
    if (!owned.claim.file().notice().empty()) {
      text::say(text::Level::warning, owned.claim.file().notice());
    }
    for (const read::PartitionPlace& place : owned.places) TRY(add(owned, place, begin_of));
  }
  if (options_.lookups != nullptr) TRY(options_.lookups->refresh());
  reading_->start(options_.order);
  // Not before: positions are asked of a reading that has begun.
  for (GroupMember::Owned& owned : member_->owned()) {
    sources_.insert(sources_.end(), owned.places.size(), &owned);
  }
  return {};
}

Result<void> GroupReading::add(GroupMember::Owned& owned, const read::PartitionPlace& place,
                               const BeginOf& begin_of) {
  read::PartitionSource source = TRY(read::open_source(place, options_.request->sources));
  read::ReadWindow window;
  window.begin = TRY(begin_of(owned, source));
  // What a dead owner has begun is read to its end, also where it was written after the start.
  const group::PositionState& state = owned.claim.file().content().state;
  const auto known = group::find_source(state, place.topic->name(), place.partition);
  ASSERT(known.has_value());
  if (!options_.follows) {
    window.end = std::max({window.begin, state.sources[*known].claimed, ends_.at(place.name)});
  }
  read::say_window(source.name, window, options_.request->zone);
  watch_.add(source.reader, source.topic->layout());
  return reading_->add(std::move(source), window);
}

Result<void> GroupReading::wait(std::optional<std::int64_t> until_ns,
                                std::span<io::PollEntry> others) {
  const std::int64_t now_ns = system_->monotonic_ns();
  std::int64_t until = now_ns + balance_interval_ns;
  // What is over already does not end the wait for a command.
  const auto wake_at = [&](std::int64_t time_ns) {
    if (time_ns > now_ns) until = std::min(until, time_ns);
  };
  if (balanced_ns_) wake_at(*balanced_ns_ + pause_ns_);
  if (end_->deadline_ns()) wake_at(*end_->deadline_ns());
  if (options_.idle_ns) wake_at(io::later_by(quiet_since_ns_, *options_.idle_ns));
  if (waiting_until_ns()) wake_at(*waiting_until_ns());
  if (until_ns) until = std::min(until, *until_ns);
  watch_.wait(std::max<std::int64_t>(until - now_ns, 0), others);
  if (watch_.has_seen_names()) {
    balance_soon();
    pause_ns_ = first_pause_ns / 2;
  }
  return refresh();
}

Result<void> GroupReading::refresh() {
  refreshed_ns_ = system_->monotonic_ns();
  for (read::BatchFeed& feed : reading_->feeds()) {
    TRY(feed.topic().check_in_place(feed.reader().directory()));
    TRY(feed.refresh());
  }
  return options_.lookups == nullptr ? Result<void>() : options_.lookups->refresh();
}

read::PlainRecords GroupReading::plain_records() const {
  read::PlainRecords all = plain_records_;
  if (reading_) all.add(reading_->plain_records());
  return all;
}

bool GroupReading::is_idle_for_long() const {
  if (waiting_until_ns()) return false;
  return options_.idle_ns && system_->monotonic_ns() - quiet_since_ns_ >= *options_.idle_ns;
}

}  // namespace estream::tool
