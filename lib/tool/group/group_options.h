#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/options.h"
#include "group/settle_options.h"
#include "text/duration.h"
#include "text/position.h"
#include "text/time.h"
#include "tool/arguments/write_values.h"

namespace estream::tool {

// The options of a consumer group, as they were typed.
struct GroupArguments {
  enum class Commit { automatic, at_end, never };

  std::optional<std::string> name;
  std::optional<std::string> member;
  std::optional<text::Duration> rejoin_grace;
  bool is_exclusive = false;
  std::optional<Commit> commit;
  std::optional<Sync> sync;
  std::optional<bool> goes_on_at_gap;
  std::optional<std::string> seek;
  bool is_preview = false;
  bool is_forgotten = false;
  bool allows_any_file_system = false;
};

// -g --member --rejoin-grace --exclusive --unsafe-fs --sync --on-gap.
void add_member_options(cli::OptionTable& table, GroupArguments& arguments);
// These, and those that set positions.
void add_group_options(cli::OptionTable& table, GroupArguments& arguments);

// What is to be done with a group.
struct GroupOptions {
  enum class Job {
    consume,  // As a member.
    read,     // From the group's position on, and nothing is moved.
    seek,     // The position is set.
    settle,   // What is pending is brought into its topics, as a person says.
    forget,   // The group is removed.
  };

  Job job = Job::consume;
  std::string name;
  std::optional<std::string> member;
  std::int64_t rejoin_grace_ns = 0;
  bool is_exclusive = false;
  GroupArguments::Commit commit = GroupArguments::Commit::automatic;
  Sync sync;
  bool goes_on_at_gap = false;             // Where retention was faster than the group.
  std::int64_t shift = 0;                  // Of `read`: so many offsets behind the position.
  std::optional<text::Position> position;  // Of a seek; without it the position is that of
  std::string seek_like;                   // this group.
  bool is_preview = false;                 // Of a seek.
  group::Doubt doubt = group::Doubt::is_error;
  bool allows_any_file_system = false;  // Also one that may not share locks.
};

// Checks what was typed. `from` are the values of --from; a position `stored` is taken out of it.
// Nothing when there is no group.
Result<std::optional<GroupOptions>> read_group(const GroupArguments& typed,
                                               std::vector<std::string>& from,
                                               const text::TimeContext& context);

}  // namespace estream::tool
