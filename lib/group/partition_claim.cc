#include "group/partition_claim.h"

#include <sstream>
#include <utility>

#include "group/members.h"

namespace estream::group {

namespace {

constexpr int take_attempts = 3;
constexpr std::size_t lock_file_bytes_max = 4096;

// For a person who looks for the holder of the lock: the member, its process, and that of its
// command.
Result<void> write_holder(io::File& lock, const std::string& member,
                          std::optional<int> command_pid) {
  std::string line = member + " " + std::to_string(lock.system().process_id());
  if (command_pid) line += " " + std::to_string(*command_pid);
  line += "\n";
  TRY(lock.truncate(0));
  return lock.write_at(0, std::as_bytes(std::span(line)));
}

}  // namespace

Result<std::optional<PartitionClaim>> PartitionClaim::take(const io::Directory& group,
                                                           const PartitionName& name,
                                                           const PositionState& fresh) {
  for (int attempt = 1; attempt <= take_attempts; attempt++) {
    auto file = std::make_unique<io::File>(TRY(group.open_or_create(name.lock_file(), ".")));
    auto lock = io::RangeLock::acquire(*file, 0, 0);
    if (!lock && lock.error().code == Error::Code::busy) return std::optional<PartitionClaim>();
    if (!lock) return std::move(lock).error();
    const bool is_there = TRY(group.leads_to(name.lock_file(), *file)) && TRY(group.is_in_place());
    if (!is_there) continue;
    TRY(write_holder(*file, fresh.member, {}));
    TRY(group.remove_dead_temporaries(name.position_file()));
    PositionFile position = TRY(PositionFile::open(group, name.position_file(), fresh));
    TRY(position.take_over(fresh.member));
    return std::optional(
        PartitionClaim(name, std::move(file), *std::move(lock), std::move(position)));
  }
  return Error{Error::Code::io,
               group.name() + ": the group was removed while this ran; start it again"};
}

Result<void> PartitionClaim::sign(int command_pid) {
  return write_holder(*file_, position_.content().state.member, command_pid);
}

Result<bool> is_owned(const io::Directory& group, const PartitionName& name) {
  const auto status = TRY(group.status(name.lock_file()));
  if (!status) return false;
  const io::File file = TRY(group.open_file(name.lock_file(), io::OpenMode::read));
  return io::is_locked(file, 0);
}

Result<std::optional<int>> left_over_command(const io::Directory& group,
                                             const PartitionName& name) {
  const bool is_held = TRY(is_owned(group, name));
  if (!is_held) return std::optional<int>();
  std::istringstream line(TRY(group.read_file(name.lock_file(), lock_file_bytes_max)));
  std::string member;
  int pid = 0;
  int command_pid = 0;
  if (!(line >> member >> pid >> command_pid)) return std::optional<int>();
  const bool is_alive = TRY(is_member_alive(group, member));
  return is_alive ? std::optional<int>() : std::optional(command_pid);
}

}  // namespace estream::group
