#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/system.h"
#include "read/arrival_watch.h"
#include "read/end_condition.h"
#include "read/read_request.h"
#include "read/reading.h"
#include "tool/group/group_member.h"
#include "tool/lookup/lookups.h"

namespace estream::tool {

// What a member reads, and how. All must outlive the reading.
struct GroupReadingOptions {
  const GroupOptions* group;
  const read::ReadRequest* request;
  const read::RecordShape* shape;
  read::FeedOptions feed;
  read::MergeOrder order = read::MergeOrder::time;
  Sharing sharing = Sharing::each;
  Lookups* lookups = nullptr;  // What is added to events; may be nothing.
  bool follows = false;
  std::optional<std::int64_t> idle_ns =
      {};  // A member that follows ends when all is quiet so long.
};

// The partitions that this process owns as a member of a group, and the reading of them. The
// reading is made anew when they change.
class GroupReading {
 public:
  GroupReading(io::System& system, const GroupReadingOptions& options,
               const read::EndCondition& end);

  // Becomes a member that reads these. A run without -f ends at the ends that they have now.
  Result<void> join(const std::vector<read::PartitionPlace>& places);

  // Whether it is time to look who else is there.
  bool is_balance_due() const;
  // Takes and gives back partitions, those of new topics as well. Partitions that are to be given
  // back and are not idle stay, see GroupMember::Owned::is_leaving. Returns whether what is owned
  // has changed. Afterwards, and after an error, sources() is empty until start().
  Result<bool> balance();
  // Looks again before the interval is over.
  void balance_soon() { balanced_ns_.reset(); }
  // Takes over a partition that a member gave back or left before its end; whether there was one.
  Result<bool> take_leftover();

  // Reads what is owned, each partition from where `begin_of` says. The order is that of owned(),
  // and of the places of each.
  using BeginOf = std::function<Result<Offset>(GroupMember::Owned&, const read::PartitionSource&)>;
  Result<void> start(const BeginOf& begin_of);
  read::Reading& reading() { return *reading_; }
  // The owner of each source of the reading, in its order.
  const std::vector<GroupMember::Owned*>& sources() const { return sources_; }

  // Waits until there may be something to do: new events, another member, one of `others`, or
  // `until_ns` by the monotonic clock.
  Result<void> wait(std::optional<std::int64_t> until_ns, std::span<io::PollEntry> others = {});
  // Looks for new events. wait() does, too.
  Result<void> refresh();
  // By the monotonic clock: what came before that time has been looked for.
  std::int64_t refreshed_ns() const { return refreshed_ns_; }
  // Whether nothing came for as long as the options say.
  bool is_idle_for_long() const;
  void note_activity() { quiet_since_ns_ = system_->monotonic_ns(); }
  bool is_output_closed() const { return watch_.is_output_closed(); }

  GroupMember& member() { return *member_; }
  // Whether it owned anything at any time.
  bool has_owned() const { return has_owned_; }
  std::int64_t corrupt_batches() const {
    return corrupt_batches_ + (reading_ ? reading_->corrupt_batches() : 0);
  }
  // Of the events that were taken, those to which --lookup could not add.
  read::PlainRecords plain_records() const;

 private:
  std::optional<std::int64_t> waiting_until_ns() const {
    return options_.lookups == nullptr ? std::nullopt : options_.lookups->waiting_until_ns();
  }
  Result<void> note_ends(const std::vector<read::PartitionPlace>& places);
  void share_watches(const std::vector<read::PartitionPlace>& places);
  Result<void> find_new_topics();
  Result<void> add(GroupMember::Owned& owned, const read::PartitionPlace& place,
                   const BeginOf& begin_of);

  io::System* system_;
  GroupReadingOptions options_;
  const read::EndCondition* end_;
  read::ArrivalWatch watch_;
  std::optional<GroupMember> member_;
  bool has_owned_ = false;
  std::set<std::string> first_places_;  // By name; the others are of topics that came later.
  std::map<std::string, Offset> ends_;  // At the start, by name; empty when it follows.
  std::unique_ptr<read::Reading> reading_;
  std::vector<GroupMember::Owned*> sources_;
  std::int64_t corrupt_batches_ = 0;  // Of the readings before.
  read::PlainRecords plain_records_;
  std::set<std::string> shared_;  // The partitions whose watches are shared, by name.
  std::optional<std::int64_t> balanced_ns_;
  std::int64_t pause_ns_;  // Until the next balance.
  std::int64_t quiet_since_ns_;
  std::int64_t refreshed_ns_ = 0;
};

}  // namespace estream::tool
