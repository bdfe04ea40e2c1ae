#include <cerrno>

#include "support/memory_system.h"

// Holes, owners and permissions.

namespace estream::io {

// Nothing is ever a hole here.
std::int64_t MemorySystem::seek_data(int fd, std::uint64_t position) {
  const std::scoped_lock guard(mutex_);
  const std::size_t size = open_.at(fd).node->content.size();
  return position < size ? static_cast<std::int64_t>(position) : -ENXIO;
}

std::int64_t MemorySystem::seek_hole(int fd, std::uint64_t position) {
  const std::scoped_lock guard(mutex_);
  const std::size_t size = open_.at(fd).node->content.size();
  return position < size ? static_cast<std::int64_t>(size) : -ENXIO;
}

// As on Linux: only root gives a file away, to anybody; others may change the group to one of
// theirs.
int MemorySystem::change_owner(int fd, std::uint32_t owner, std::uint32_t group) {
  const std::scoped_lock guard(mutex_);
  if (is_dead_) return -EIO;
  Node& node = *open_.at(fd).node;
  if (user_ != 0) {
    const bool keeps_owner = owner == UINT32_MAX || owner == node.owner;
    const bool has_group = group == UINT32_MAX || group == node.group || group == user_;
    if (node.owner != user_ || !keeps_owner || !has_group) return -EPERM;
  }
  if (owner != UINT32_MAX) node.owner = owner;
  if (group != UINT32_MAX) node.group = group;
  return 0;
}

int MemorySystem::change_mode(int fd, unsigned mode) {
  const std::scoped_lock guard(mutex_);
  if (is_dead_) return -EIO;
  Node& node = *open_.at(fd).node;
  if (user_ != 0 && node.owner != user_) return -EPERM;
  node.mode = mode;
  return 0;
}

int MemorySystem::is_locked(int fd, std::uint64_t byte) {
  const std::scoped_lock guard(mutex_);
  const Open& file = open_.at(fd);
  const auto holder = file.node->locks.find(byte);
  return holder != file.node->locks.end() && holder->second != fd ? 1 : 0;
}

}  // namespace estream::io
