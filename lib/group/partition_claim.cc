#include "group/partition_claim.h"

#include <utility>

namespace estream::group {

namespace {

constexpr int take_attempts = 3;

// For a person who looks for the holder of the lock.
Result<void> sign(io::File& lock, const PositionState& state) {
  const std::string line = state.member + " " + std::to_string(lock.system().process_id()) + "\n";
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
    TRY(sign(*file, fresh));
    PositionFile position = TRY(PositionFile::open(group, name.position_file(), fresh));
    TRY(position.take_over(fresh.member));
    return std::optional(
        PartitionClaim(name, std::move(file), *std::move(lock), std::move(position)));
  }
  return Error{Error::Code::io,
               group.name() + ": the group was removed while this ran; start it again"};
}

Result<bool> is_owned(const io::Directory& group, const PartitionName& name) {
  const auto status = TRY(group.status(name.lock_file()));
  if (!status) return false;
  const io::File file = TRY(group.open_file(name.lock_file(), io::OpenMode::read));
  return io::is_locked(file, 0);
}

}  // namespace estream::group
