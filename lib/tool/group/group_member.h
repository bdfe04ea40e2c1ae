#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "group/members.h"
#include "group/partition_claim.h"
#include "group/shares.h"
#include "io/system.h"
#include "read/partition_source.h"
#include "tool/group/group_options.h"

namespace estream::tool {

// How a group has its partitions: each with a position file of its own, or all together in one, so
// that one member has all of them and the others stand by.
enum class Sharing { each, together };

// This process as a member of a group: which partitions it owns. Nothing is taken from a member
// that lives; who has more than its share gives back what it has had for the shortest time.
class GroupMember {
 public:
  struct Owned {
    group::PartitionClaim claim;
    std::vector<read::PartitionPlace> places;  // In the order of the sources of its file.
    bool is_busy = false;                      // Set by the owner: it cannot be given back now.
    // Somebody else is to have it, as soon as it is not busy any more.
    bool is_leaving = false;

    // The only one, if each partition has a file.
    const read::PartitionPlace& place() const { return places.front(); }
  };

  // `begin_of` says where a new group begins in a partition.
  using BeginOf = std::function<Result<Offset>(const read::PartitionPlace&)>;
  // Error::Code::usage when the group shares its partitions in the other way.
  static Result<GroupMember> join(const GroupOptions& options, Sharing sharing,
                                  const std::vector<read::PartitionPlace>& places,
                                  BeginOf begin_of);

  // Topics that were made meanwhile may be among these, if each partition has a file.
  Result<void> set_places(const std::vector<read::PartitionPlace>& places);

  // Takes and gives back partitions. To be called when the positions of all that is owned and not
  // busy are noted. Returns whether what is owned has changed. Error::Code::busy when an exclusive
  // member cannot have all.
  Result<bool> balance();

  // Takes one free partition for which `is_wanted`, whatever the share is, or all if one of them is
  // wanted; whether there was one.
  Result<bool> take_one(const std::function<bool(const read::PartitionPlace&)>& is_wanted);

  // In the order in which they were taken.
  std::list<Owned>& owned() { return owned_; }
  // Gives everything back.
  Result<void> release();

  const io::Directory& directory() const { return directory_; }

 private:
  // What one position file is about.
  struct Unit {
    group::PartitionName name;
    std::vector<read::PartitionPlace> places;

    const read::PartitionPlace& place() const { return places.front(); }
  };

  GroupMember(const GroupOptions& options, Sharing sharing, io::System& system,
              io::Directory directory, group::Membership membership,
              const std::vector<read::PartitionPlace>& places, BeginOf begin_of);

  group::Share share_among(const std::vector<group::Member>& alive, bool counts_young) const;
  std::int32_t partitions_of(const std::string& topic) const;
  bool has_room(const group::Share& share, const read::PartitionPlace& place) const;
  bool has_too_many(const group::Share& share, const read::PartitionPlace& place) const;
  std::int32_t owned_of(const std::string* topic) const;
  bool owns(const Unit& unit) const;
  std::vector<Unit> units() const;
  Result<bool> give_back(const group::Share& share);
  Result<bool> take_free(const group::Share& share);
  Result<bool> take(const Unit& unit);
  Result<group::PositionState> fresh_state_of(const Unit& unit);
  Result<void> check_sources(const Unit& unit) const;
  Result<void> warn_of_command(const Unit& unit);
  Result<bool> has_to_wait(const group::PartitionName& name,
                           const std::optional<group::PositionContent>& content);
  static Result<void> let_go(Owned& owned);

  const GroupOptions* options_;
  Sharing sharing_;
  io::System* system_;
  io::Directory directory_;
  group::Membership membership_;
  std::vector<read::PartitionPlace> places_;
  std::map<std::string, std::int32_t> topics_;  // As members name them; with their partitions.
  BeginOf begin_of_;
  std::list<Owned> owned_;
  std::map<group::PartitionName, std::int64_t> free_since_ns_;
  // Since when a command whose member is dead keeps a partition; 0 once that was said.
  std::map<group::PartitionName, std::int64_t> kept_since_ns_;
};

}  // namespace estream::tool
