#include "group/position_claim.h"

#include <utility>

namespace estream::group {

namespace {

constexpr int take_attempts = 3;
constexpr std::size_t holder_bytes = 320;  // A name has up to 249.

// For a person who looks for the holder of the lock: the member, its process, and that of its
// command.
Result<void> write_holder(io::File& lock, const std::string& member,
                          std::optional<int> command_pid) {
  std::string line = member + " " + std::to_string(lock.system().process_id());
  if (command_pid) line += " " + std::to_string(*command_pid);
  // Always as long, so that nobody who reads meanwhile sees a part.
  line.resize(holder_bytes - 1, ' ');
  line += '\n';
  return lock.write_at(0, std::as_bytes(std::span(line)));
}

Result<bool> is_lock_held(const io::Directory& directory, const std::string& name) {
  const auto status = TRY(directory.status(name));
  if (!status) return false;
  const auto file = directory.open_file(name, io::OpenMode::read);
  if (file) return io::is_locked(*file, 0);
  // It may have been removed since.
  return file.error().code == Error::Code::not_found ? Result<bool>(false) : file.error();
}

struct HeldLock {
  std::unique_ptr<io::File> file;
  io::RangeLock lock;
};

// Nothing when somebody else holds it.
Result<std::optional<HeldLock>> take_lock(const io::Directory& directory, const std::string& name,
                                          const std::string& member) {
  // Everybody who waits for the lock is told when a file that could be written to is closed. So who
  // opens it for writing in vain would wake himself and all others, again and again.
  const bool is_held = TRY(is_lock_held(directory, name));
  if (is_held) return std::optional<HeldLock>();
  for (int attempt = 1; attempt <= take_attempts; attempt++) {
    auto file = std::make_unique<io::File>(TRY(directory.open_or_create(name, ".")));
    auto lock = io::RangeLock::acquire(*file, 0, 0);
    if (!lock && lock.error().code == Error::Code::busy) return std::optional<HeldLock>();
    if (!lock) return std::move(lock).error();
    const bool is_there = TRY(directory.leads_to(name, *file)) && TRY(directory.is_in_place());
    if (!is_there) continue;
    TRY(write_holder(*file, member, {}));
    return std::optional(HeldLock{std::move(file), *std::move(lock)});
  }
  return Error{Error::Code::io, directory.name() + ": was removed while this ran; start it again"};
}

}  // namespace

std::string lock_file_of(std::string_view position_file) {
  return std::string(position_file) + ".lock";
}

// `open` gives the file, or nothing when it must not be taken.
template <class Open>
Result<std::optional<PositionClaim>> PositionClaim::take_with(const io::Directory& directory,
                                                              const std::string& name,
                                                              const std::string& member,
                                                              Open open) {
  auto held = TRY(take_lock(directory, lock_file_of(name), member));
  if (!held) return std::optional<PositionClaim>();
  TRY(directory.remove_dead_temporaries(name));
  std::optional<PositionFile> position = TRY(open());
  if (!position) return std::optional<PositionClaim>();
  TRY(position->take_over(member));
  return std::optional(
      PositionClaim(std::move(held->file), std::move(held->lock), *std::move(position)));
}

Result<std::optional<PositionClaim>> PositionClaim::take(const io::Directory& directory,
                                                         const std::string& name,
                                                         const PositionState& fresh) {
  return take_with(directory, name, fresh.member, [&]() -> Result<std::optional<PositionFile>> {
    return std::optional(TRY(PositionFile::open(directory, name, fresh)));
  });
}

Result<std::optional<PositionClaim>> PositionClaim::take_left(const io::Directory& directory,
                                                              const std::string& name,
                                                              const std::string& member) {
  return take_with(directory, name, member, [&]() -> Result<std::optional<PositionFile>> {
    const auto status = TRY(directory.status(name));
    if (status) return std::optional(TRY(PositionFile::open(directory, name)));
    TRY(directory.remove_file(lock_file_of(name)));
    return std::optional<PositionFile>();
  });
}

Result<void> PositionClaim::sign(int command_pid) {
  return write_holder(*file_, position_.content().state.member, command_pid);
}

Result<bool> is_owned(const io::Directory& directory, const std::string& name) {
  return is_lock_held(directory, lock_file_of(name));
}

}  // namespace estream::group
