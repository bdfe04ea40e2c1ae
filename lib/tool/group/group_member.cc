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

// An id that a member got and did not choose begins with a number of this length.
bool is_chosen(const std::string& member) {
  return member.find_first_not_of("0123456789") != 20 || member.size() != 37;
}

}  // namespace

GroupMember::GroupMember(const GroupOptions& options, io::System& system, io::Directory directory,
                         group::Membership membership,
                         const std::vector<read::PartitionPlace>& places, BeginOf begin_of)
    : options_(&options),
      system_(&system),
      directory_(std::move(directory)),
      membership_(std::move(membership)),
      places_(places),
      topics_(labels_of(places)),
      begin_of_(std::move(begin_of)) {}

Result<GroupMember> GroupMember::join(const GroupOptions& options,
                                      const std::vector<read::PartitionPlace>& places,
                                      BeginOf begin_of) {
  const io::Directory root = TRY(root_of(options, places));
  io::Directory directory = TRY(group::make_group(root, options.name));
  std::vector<std::string> topics;
  for (const auto& [label, count] : labels_of(places)) topics.push_back(label);
  group::Membership membership = TRY(group::Membership::join(directory, options.member, topics));
  return GroupMember(options, root.system(), std::move(directory), std::move(membership), places,
                     std::move(begin_of));
}

Result<void> GroupMember::set_places(const std::vector<read::PartitionPlace>& places) {
  if (places.size() <= places_.size()) return {};
  places_ = places;
  topics_ = labels_of(places_);
  std::vector<std::string> topics;
  for (const auto& [label, count] : topics_) topics.push_back(label);
  return membership_.set_topics(topics);
}

Result<bool> GroupMember::balance() {
  if (options_->is_exclusive) {
    bool has_taken = false;
    for (const read::PartitionPlace& place : places_) {
      if (owns(place)) continue;
      const bool is_taken = TRY(take(place));
      has_taken = true;
      if (is_taken) continue;
      return Error{Error::Code::busy, place.name + ": another member of group '" + options_->name +
                                          "' owns it, so --exclusive is in vain"};
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

bool GroupMember::owns(const read::PartitionPlace& place) const {
  return std::ranges::any_of(owned_,
                             [&](const Owned& owned) { return owned.place.name == place.name; });
}

// Of one topic, or of all, without those that go as soon as they can.
std::int32_t GroupMember::owned_of(const std::string* topic) const {
  return static_cast<std::int32_t>(std::ranges::count_if(owned_, [&](const Owned& owned) {
    const bool is_of_topic = topic == nullptr || label_of(owned.place, places_) == *topic;
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
    if (!has_too_many(share, owned->place)) continue;
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
  std::vector<std::tuple<bool, std::int64_t, const read::PartitionPlace*>> wanted;
  for (const read::PartitionPlace& place : places_) {
    if (owns(place) || !has_room(share, place)) continue;
    const group::PartitionName name = name_of(place);
    std::optional<group::PositionContent> content;
    if (options_->member || options_->rejoin_grace_ns > 0) {
      content = TRY(group::PositionFile::look(directory_, name.position_file()));
    }
    const bool is_waiting = TRY(has_to_wait(place, content));
    if (is_waiting) continue;
    const bool was_ours = content && content->state.member == membership_.id();
    wanted.emplace_back(!was_ours, log::producer_id_of(membership_.id() + "\n" + name.text()),
                        &place);
  }
  std::ranges::sort(wanted);
  bool has_taken = false;
  for (const auto& [was_not_ours, hash, place] : wanted) {
    if (!has_room(share, *place)) continue;
    const bool is_taken = TRY(take(*place));
    has_taken = has_taken || is_taken;
  }
  return has_taken;
}

// A member with a name may come back.
Result<bool> GroupMember::has_to_wait(const read::PartitionPlace& place,
                                      const std::optional<group::PositionContent>& content) {
  if (options_->rejoin_grace_ns == 0 || !content) return false;
  const std::string& last = content->state.member;
  if (last == membership_.id() || !is_chosen(last)) return false;
  const group::PartitionName name = name_of(place);
  const bool is_owned = TRY(group::is_owned(directory_, name));
  if (is_owned) {
    free_since_ns_.erase(name);
    return true;
  }
  const std::int64_t now_ns = system_->monotonic_ns();
  const std::int64_t since_ns = free_since_ns_.emplace(name, now_ns).first->second;
  return now_ns - since_ns < options_->rejoin_grace_ns;
}

Result<bool> GroupMember::take(const read::PartitionPlace& place) {
  const group::PartitionName name = name_of(place);
  // Where a group begins is asked only if it has no position yet.
  const auto known = TRY(directory_.status(name.position_file()));
  const Offset begin = known ? Offset{0} : TRY(begin_of_(place));
  auto claim = TRY(group::PartitionClaim::take(
      directory_, name, fresh_state(*options_, membership_.id(), place, begin)));
  if (!claim) {
    TRY(warn_of_command(place));
    return false;
  }
  free_since_ns_.erase(name);
  kept_since_ns_.erase(name);
  owned_.push_back({.claim = *std::move(claim), .place = place});
  return true;
}

// A person has to end that process, or wait for it.
Result<void> GroupMember::warn_of_command(const read::PartitionPlace& place) {
  const group::PartitionName name = name_of(place);
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
            place.name + ": its owner is gone, but the command that it started" +
                (*command > 0 ? " (process " + std::to_string(*command) + ")" : "") +
                " still runs");
  return {};
}

Result<bool> GroupMember::take_one(
    const std::function<bool(const read::PartitionPlace&)>& is_wanted) {
  for (const read::PartitionPlace& place : places_) {
    if (owns(place) || !is_wanted(place)) continue;
    const bool is_taken = TRY(take(place));
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
