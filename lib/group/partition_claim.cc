#include "group/partition_claim.h"

#include <sstream>
#include <utility>

#include "group/members.h"

namespace estream::group {

namespace {

constexpr std::size_t lock_file_bytes_max = 4096;

}  // namespace

Result<std::optional<PartitionClaim>> PartitionClaim::take(const io::Directory& group,
                                                           const PartitionName& name,
                                                           const PositionState& fresh) {
  auto claim = TRY(PositionClaim::take(group, name.position_file(), fresh));
  if (!claim) return std::optional<PartitionClaim>();
  return std::optional(PartitionClaim(name, *std::move(claim)));
}

Result<bool> is_owned(const io::Directory& group, const PartitionName& name) {
  return is_owned(group, name.position_file());
}

Result<std::optional<int>> left_over_command(const io::Directory& group,
                                             const PartitionName& name) {
  const bool is_held = TRY(is_owned(group, name));
  if (!is_held) return std::optional<int>();
  const auto text = group.read_file(name.lock_file(), lock_file_bytes_max);
  std::istringstream line(text ? *text : "");
  std::string member;
  int pid = 0;
  int command_pid = 0;
  if (!(line >> member >> pid >> command_pid)) return std::optional<int>();
  const bool is_alive = TRY(is_member_alive(group, member));
  return is_alive ? std::optional<int>() : std::optional(command_pid);
}

}  // namespace estream::group
