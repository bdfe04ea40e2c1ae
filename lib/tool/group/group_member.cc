#include "tool/group/group_member.h"

#include <algorithm>
#include <set>
#include <utility>

#include "log/producer_history.h"
#include "text/position.h"
#include "text/say.h"
#include "tool/group/group_sources.h"

namespace estream::tool {

namespace {

// Who starts and ends at once moves no partition.
constexpr std::int64_t young_ns = 1'000'000'000;
// How long a command may go on without its member before a person is told.
constexpr std::int64_t left_over_ns = 10'000'000'000;

// A topic as the members call it: with the partitions if not all are read.
std::string label_of(const read::PartitionPlace& place,
                     const std::vector<read::PartitionPlace>& places) {
  std::string partitions;
  std::size_t count = 0;
  for (const read::PartitionPlace& other : places) {
    if (other.topic->name() != place.topic->name()) continue;
    partitions += (partitions.empty() ? "" : ",") + std::to_string(other.partition);
    count++;
  }
  const bool are_all = count == static_cast<std::size_t>(place.topic->config().partition_count);
  return are_all ? place.topic->name() : place.topic->name() + ":" + partitions;
}

std::map<std::string, std::int32_t> labels_of(const std::vector<read::PartitionPlace>& places) {
  std::map<std::string, std::int32_t> labels;
  for (const read::PartitionPlace& place : places) labels[label_of(place, places)]++;
  return labels;
}

// In the order of the sources of a file, whatever the order on the command line is.
std::vector<read::PartitionPlace> in_order(std::vector<read::PartitionPlace> places) {
  std::ranges::sort(places, {}, name_of);
  return places;
}

// Two ways to share in one group would read each event twice.
Result<void> check_sharing(const GroupOptions& options, Sharing sharing,
                           const io::Directory& directory) {
  for (const group::PartitionName& name : TRY(group::list_positions(directory))) {
    if (name.is_all() == (sharing == Sharing::together)) continue;
    return Error{Error::Code::usage,
                 "group '" + options.name +
                     (name.is_all() ? "' reads all its partitions together, for estream-window"
                                    : "' has a position for each partition, and here all "
                                      "partitions are read together") +
                     "; take another group, or end this one with estream-consume --forget"};
  }
  return {};
}

// An id that a member got and did not choose begins with a number of this length.
bool is_chosen(const std::string& member) {
  return member.find_first_not_of("0123456789") != 20 || member.size() != 37;
}

}  // namespace

GroupMember::GroupMember(const GroupOptions& options, Sharing sharing, io::System& system,
                         io::Directory directory, group::Membership membership,
                         const std::vector<read::PartitionPlace>& places, BeginOf begin_of)
    : options_(&options),
      sharing_(sharing),
      system_(&system),
      directory_(std::move(directory)),
      membership_(std::move(membership)),
      places_(places),
      topics_(labels_of(places)),
      begin_of_(std::move(begin_of)) {}

Result<GroupMember> GroupMember::join(const GroupOptions& options, Sharing sharing,
                                      const std::vector<read::PartitionPlace>& places,
                                      BeginOf begin_of) {
  const io::Directory root = TRY(root_of(options, places));
  io::Directory directory = TRY(group::make_group(root, options.name));
  TRY(check_sharing(options, sharing, directory));
  std::vector<std::string> topics;
  for (const auto& [label, count] : labels_of(places)) topics.push_back(label);
  group::Membership membership = TRY(group::Membership::join(directory, options.member, topics));
  return GroupMember(options, sharing, root.system(), std::move(directory), std::move(membership),
                     places, std::move(begin_of));
}

Result<void> GroupMember::set_places(const std::vector<read::PartitionPlace>& places) {
  if (sharing_ == Sharing::together || places.size() <= places_.size()) return {};
  places_ = places;
  topics_ = labels_of(places_);
  std::vector<std::string> topics;
  for (const auto& [label, count] : topics_) topics.push_back(label);
  return membership_.set_topics(topics);
}

Result<bool> GroupMember::balance() {
  if (options_->is_exclusive) {
    bool has_taken = false;
    for (const Unit& unit : units()) {
      if (owns(unit)) continue;
      const bool is_taken = TRY(take(unit));
      has_taken = true;
      if (is_taken) continue;
      return Error{Error::Code::busy, unit.name.text() + ": another member of group '" +
                                          options_->name + "' owns it, so --exclusive is in vain"};
    }
    return has_taken;
  }
  const std::vector<group::Member> members = TRY(membership_.alive());
  const bool has_given = TRY(give_back(share_among(members, false)));
  const bool has_taken = TRY(take_free(share_among(members, true)));
  return has_given || has_taken;
}

group::Share GroupMember::share_among(const std::vector<group::Member>& alive,
                                      bool counts_young) const {
  std::vector<group::ShareMember> members;
  std::size_t own = 0;
  const std::int64_t now_ns = system_->monotonic_ns();
  for (const group::Member& member : alive) {
    const bool is_self = member.id == membership_.id();
    if (!counts_young && !is_self && now_ns - member.started_ns < young_ns) continue;
    if (is_self) own = members.size();
    group::ShareMember& added = members.emplace_back();
    for (const std::string& topic : member.topics) added.topics[topic] = partitions_of(topic);
  }
  return group::share_of(members, own);
}

// Of a topic as a member calls it.
std::int32_t GroupMember::partitions_of(const std::string& topic) const {
  if (const auto found = topics_.find(topic); found != topics_.end()) return found->second;
  const std::size_t colon = topic.find(':');
  if (colon != topic.npos) {
    const auto partitions = text::parse_partitions(std::string_view(topic).substr(colon + 1));
    return partitions ? static_cast<std::int32_t>(partitions->size()) : 0;
  }
  const auto opened = topic::Topic::open(*system_, places_.front().topic->root().name(), topic);
  return opened ? opened->config().partition_count : 0;
}

std::vector<GroupMember::Unit> GroupMember::units() const {
  if (sharing_ == Sharing::together) return {{group::PartitionName::all(), in_order(places_)}};
  std::vector<Unit> units;
  for (const read::PartitionPlace& place : places_) units.push_back({name_of(place), {place}});
  return units;
}

bool GroupMember::owns(const Unit& unit) const {
  return std::ranges::any_of(owned_,
                             [&](const Owned& owned) { return owned.claim.name() == unit.name; });
}

// Of one topic, or of all, without those that go as soon as they can.
std::int32_t GroupMember::owned_of(const std::string* topic) const {
  return static_cast<std::int32_t>(std::ranges::count_if(owned_, [&](const Owned& owned) {
    const bool is_of_topic = topic == nullptr || label_of(owned.place(), places_) == *topic;
    return is_of_topic && !owned.is_leaving;
  }));
}

bool GroupMember::has_room(const group::Share& share, const read::PartitionPlace& place) const {
  if (share.of_topic.empty()) return owned_of(nullptr) < share.of_all;
  const std::string label = label_of(place, places_);
  return owned_of(&label) < share.of_topic.at(label);
}

bool GroupMember::has_too_many(const group::Share& share, const read::PartitionPlace& place) const {
  if (share.of_topic.empty()) return owned_of(nullptr) > share.of_all;
  const std::string label = label_of(place, places_);
  return owned_of(&label) > share.of_topic.at(label);
}

Result<bool> GroupMember::give_back(const group::Share& share) {
  bool has_given = false;
  for (Owned& owned : owned_) owned.is_leaving = false;
  for (auto owned = owned_.end(); owned != owned_.begin();) {
    --owned;
    if (!has_too_many(share, owned->place())) continue;
    owned->is_leaving = owned->is_busy;
    if (owned->is_leaving) continue;
    TRY(let_go(*owned));
    owned = owned_.erase(owned);
    has_given = true;
  }
  return has_given;
}

// First those that it had before; then in an order that differs from member to member.
Result<bool> GroupMember::take_free(const group::Share& share) {
  std::vector<std::tuple<bool, std::int64_t, const Unit*>> wanted;
  const std::vector<Unit> all = units();
  for (const Unit& unit : all) {
    if (owns(unit) || !has_room(share, unit.place())) continue;
    std::optional<group::PositionContent> content;
    if (options_->member || options_->rejoin_grace_ns > 0) {
      content = TRY(group::PositionFile::look(directory_, unit.name.position_file()));
    }
    const bool is_waiting = TRY(has_to_wait(unit.name, content));
    if (is_waiting) continue;
    const bool was_ours = content && content->state.member == membership_.id();
    wanted.emplace_back(!was_ours, log::producer_id_of(membership_.id() + "\n" + unit.name.text()),
                        &unit);
  }
  std::ranges::sort(wanted);
  bool has_taken = false;
  for (const auto& [was_not_ours, hash, unit] : wanted) {
    if (!has_room(share, unit->place())) continue;
    const bool is_taken = TRY(take(*unit));
    has_taken = has_taken || is_taken;
  }
  return has_taken;
}

// A member with a name may come back.
Result<bool> GroupMember::has_to_wait(const group::PartitionName& name,
                                      const std::optional<group::PositionContent>& content) {
  if (options_->rejoin_grace_ns == 0 || !content) return false;
  const std::string& last = content->state.member;
  if (last == membership_.id() || !is_chosen(last)) return false;
  const bool is_owned = TRY(group::is_owned(directory_, name));
  if (is_owned) {
    free_since_ns_.erase(name);
    return true;
  }
  const std::int64_t now_ns = system_->monotonic_ns();
  const std::int64_t since_ns = free_since_ns_.emplace(name, now_ns).first->second;
  return now_ns - since_ns < options_->rejoin_grace_ns;
}

Result<bool> GroupMember::take(const Unit& unit) {
  if (sharing_ == Sharing::together) TRY(check_sources(unit));
  const group::PositionState fresh = TRY(fresh_state_of(unit));
  auto claim = TRY(group::PartitionClaim::take(directory_, unit.name, fresh));
  if (!claim) {
    TRY(warn_of_command(unit));
    return false;
  }
  // Somebody may have begun in the other way at the same time; both see it.
  TRY(check_sharing(*options_, sharing_, directory_));
  free_since_ns_.erase(unit.name);
  kept_since_ns_.erase(unit.name);
  owned_.push_back({.claim = *std::move(claim), .places = unit.places});
  return true;
}

// Where a group begins is asked only if it has no position yet.
Result<group::PositionState> GroupMember::fresh_state_of(const Unit& unit) {
  const auto known = TRY(directory_.status(unit.name.position_file()));
  std::vector<group::SourcePosition> sources;
  for (const read::PartitionPlace& place : unit.places) {
    const Offset begin = known ? Offset{0} : TRY(begin_of_(place));
    sources.push_back(fresh_source(place, begin));
  }
  return fresh_state(*options_, membership_.id(), *system_, std::move(sources));
}

// The state of windows is one of all partitions: with others, it would be another one.
Result<void> GroupMember::check_sources(const Unit& unit) const {
  const auto content = TRY(group::PositionFile::look(directory_, unit.name.position_file()));
  if (!content) return {};
  const bool are_same = std::ranges::equal(
      content->state.sources, unit.places,
      [](const group::SourcePosition& source, const read::PartitionPlace& place) {
        return group::PartitionName{source.topic, source.partition} == name_of(place);
      });
  if (are_same) return {};
  return Error{Error::Code::usage,
               "group '" + options_->name +
                   "' was made for other partitions than these; give the same topics, or begin "
                   "anew with these: estream-consume --seek POS"};
}

// A person has to end that process, or wait for it.
Result<void> GroupMember::warn_of_command(const Unit& unit) {
  const group::PartitionName& name = unit.name;
  const auto command = TRY(group::left_over_command(directory_, name));
  if (!command) {
    kept_since_ns_.erase(name);
    return {};
  }
  const std::int64_t now_ns = system_->monotonic_ns();
  std::int64_t& since_ns = kept_since_ns_.emplace(name, now_ns).first->second;
  if (since_ns == 0 || now_ns - since_ns < left_over_ns) return {};
  since_ns = 0;
  text::say(text::Level::warning,
            name.text() + ": its owner is gone, but the command that it started" +
                (*command > 0 ? " (process " + std::to_string(*command) + ")" : "") +
                " still runs");
  return {};
}

Result<bool> GroupMember::take_one(
    const std::function<bool(const read::PartitionPlace&)>& is_wanted) {
  for (const Unit& unit : units()) {
    if (owns(unit) || !std::ranges::any_of(unit.places, is_wanted)) continue;
    const bool is_taken = TRY(take(unit));
    if (is_taken) return true;
  }
  return false;
}

// A slot that a power loss took stays for a person to look at.
Result<void> GroupMember::let_go(Owned& owned) {
  if (!owned.claim.file().notice().empty()) return owned.claim.file().commit();
  TRY(owned.claim.file().commit());
  return owned.claim.file().cut();
}

Result<void> GroupMember::release() {
  Result<void> outcome;
  for (Owned& owned : owned_) {
    if (auto let = let_go(owned); !let && outcome) outcome = std::move(let);
  }
  owned_.clear();
  return outcome;
}

}  // namespace estream::tool
