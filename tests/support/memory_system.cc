#include "support/memory_system.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace estream::io {

bool MemorySystem::Fault::fires(Call made, std::string_view on) {
  if (call != made || on.find(name) == on.npos || times == 0) return false;
  if (after-- > 0) return false;
  after = 0;
  if (times != forever) times--;
  return true;
}

// 0, or the errno with which the planned faults answer this call.
int MemorySystem::refusal(Call call, std::string_view name) {
  if (call != Call::close && calls_ >= calls_max_) throw std::runtime_error("too many calls");
  calls_++;
  if (is_dead_) return -EIO;
  for (Fault& fault : faults_) {
    if (fault.share || !fault.fires(call, name)) continue;
    fired_faults_++;
    return -fault.error;
  }
  return 0;
}

int MemorySystem::refusal_of_change(Call call, std::string_view name) {
  const int answer = refusal(call, name);
  return answer != 0 ? answer : begin_change();
}

// Not 0 if the process dies before it.
int MemorySystem::begin_change() {
  if (changes_until_death_ != forever && changes_until_death_-- <= 0) {
    is_dead_ = true;
    return -EIO;
  }
  changes_++;
  return 0;
}

// How many of `wanted` bytes a read or write moves.
std::size_t MemorySystem::transferred(Call call, std::string_view name, std::size_t wanted) {
  std::size_t count = std::min(wanted, transfer_bytes_max_);
  for (Fault& fault : faults_) {
    if (!fault.share || count == 0 || !fault.fires(call, name)) continue;
    fired_faults_++;
    if (fault.share == Share::nothing) count = 0;
    if (fault.share == Share::one_byte) count = 1;
    if (fault.share == Share::all_but_one) count = std::max<std::size_t>(count - 1, 1);
  }
  return count;
}

void MemorySystem::apply(const Change& change, std::string& content) {
  if (change.cut_at) return content.resize(*change.cut_at);
  content.resize(std::max<std::size_t>(content.size(), change.position + change.bytes.size()));
  content.replace(change.position, change.bytes.size(), change.bytes);
}

void MemorySystem::apply(const Change& change, Names& names) {
  if (!change.renamed_from.empty()) names.erase(change.renamed_from);
  if (change.node) {
    names[change.name] = change.node;
  } else {
    names.erase(change.name);
  }
}

void MemorySystem::change_names(Node& directory, Change change) {
  apply(change, directory.names);
  directory.unsynced.push_back(std::move(change));
  if (!observer_) return;
  const Change& made = directory.unsynced.back();
  Step step = {.kind = made.renamed_from.empty() ? Step::Kind::name : Step::Kind::rename,
               .node = directory.number,
               .name = made.name,
               .renamed_from = made.renamed_from};
  if (made.node) step.target = made.node->number;
  if (made.node) step.is_directory = made.node->is_directory;
  observer_(std::move(step));
}

void MemorySystem::change_content(Node& file, Change change) {
  apply(change, file.content);
  file.unsynced.push_back(std::move(change));
  if (!observer_) return;
  const Change& made = file.unsynced.back();
  observer_({.kind = made.cut_at ? Step::Kind::truncate : Step::Kind::write,
             .node = file.number,
             .position = made.cut_at.value_or(made.position),
             .bytes = made.bytes});
}

MemorySystem::NodePointer MemorySystem::make_node(bool is_directory) {
  auto node = std::make_shared<Node>();
  node->is_directory = is_directory;
  node->number = ++node_count_;
  node->owner = node->group = user_;
  node->mode = is_directory ? 0755 : 0644;
  return node;
}

// The directory that holds the last part of `path`, or nothing.
MemorySystem::NodePointer MemorySystem::parent_of(int directory, std::string_view path,
                                                  std::string& last) {
  NodePointer node = root_;
  if (directory != current_directory()) {
    const auto found = open_.find(directory);
    if (found == open_.end()) return nullptr;
    node = found->second.node;
  }
  for (;;) {
    while (path.starts_with('/')) path.remove_prefix(1);
    while (path.ends_with('/')) path.remove_suffix(1);
    if (!node->is_directory) return nullptr;
    const std::size_t slash = path.find('/');
    last = path.substr(0, slash);
    if (slash == path.npos) return node;
    const auto next = node->names.find(last);
    if (next == node->names.end()) return nullptr;
    node = next->second;
    path.remove_prefix(slash);
  }
}

MemorySystem::NodePointer MemorySystem::find(int directory, std::string_view path) {
  std::string last;
  const NodePointer parent = parent_of(directory, path, last);
  if (!parent || last.empty() || last == ".") return parent;
  const auto found = parent->names.find(last);
  return found == parent->names.end() ? nullptr : found->second;
}

int MemorySystem::open_at(int directory, const char* name, int flags, unsigned mode) {
  const std::scoped_lock guard(mutex_);
  if (const int answer = refusal(Call::open, name); answer != 0) return answer;
  NodePointer node = find(directory, name);
  if ((flags & O_TMPFILE) == O_TMPFILE) {
    if (!node) return -ENOENT;
    open_[next_fd_] = {make_node(false), "temporary file", true};
    return next_fd_++;
  }
  if (node && (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0) return -EEXIST;
  if (!node) {
    std::string last;
    const NodePointer parent = parent_of(directory, name, last);
    if ((flags & O_CREAT) == 0 || !parent) return -ENOENT;
    if (const int answer = begin_change(); answer != 0) return answer;
    node = make_node(false);
    node->mode = mode & ~022U;
    change_names(*parent, {.name = last, .node = node});
  }
  if ((flags & O_DIRECTORY) != 0 && !node->is_directory) return -ENOTDIR;
  if (node->is_directory && (flags & O_ACCMODE) != O_RDONLY) return -EISDIR;
  open_[next_fd_] = {node, name, (flags & O_ACCMODE) != O_RDONLY};
  return next_fd_++;
}

int MemorySystem::close(int fd) {
  const std::scoped_lock guard(mutex_);
  const auto found = open_.find(fd);
  if (found == open_.end()) return -EBADF;
  const int answer = refusal(Call::close, found->second.name);
  std::erase_if(found->second.node->locks, [&](const auto& lock) { return lock.second == fd; });
  open_.erase(found);
  return answer;
}

std::int64_t MemorySystem::read(int, MutableBytes) { return -EBADF; }
std::int64_t MemorySystem::write(int, Bytes) { return -EBADF; }

std::int64_t MemorySystem::pread(int fd, MutableBytes out, std::uint64_t position) {
  const std::scoped_lock guard(mutex_);
  const Open& file = open_.at(fd);
  if (const int answer = refusal(Call::read, file.name); answer != 0) return answer;
  const std::string& content = file.node->content;
  if (position >= content.size()) return 0;
  const std::size_t count = transferred(
      Call::read, file.name, std::min<std::size_t>(out.size(), content.size() - position));
  std::memcpy(out.data(), content.data() + position, count);
  return static_cast<std::int64_t>(count);
}

std::int64_t MemorySystem::pwrite(int fd, Bytes bytes, std::uint64_t position) {
  const std::scoped_lock guard(mutex_);
  const Open& file = open_.at(fd);
  if (!file.is_writable) return -EBADF;
  if (file.node->has_failed_sync) touched_.push_back("write of " + file.name);
  const bool was_dead = is_dead_;
  const int answer = refusal_of_change(Call::write, file.name);
  const bool is_torn = !was_dead && is_dead_ && death_ == Death::within_write;
  if (answer != 0 && !is_torn) return answer;
  const std::size_t count =
      transferred(Call::write, file.name, is_torn ? bytes.size() / 2 : bytes.size());
  change_content(*file.node,
                 {.position = position, .bytes = std::string(as_text(bytes.first(count)))});
  return is_torn ? answer : static_cast<std::int64_t>(count);
}

int MemorySystem::truncate(int fd, std::uint64_t size_bytes) {
  const std::scoped_lock guard(mutex_);
  const Open& file = open_.at(fd);
  if (!file.is_writable) return -EINVAL;
  if (file.node->has_failed_sync) touched_.push_back("truncation of " + file.name);
  if (const int answer = refusal_of_change(Call::truncate, file.name); answer != 0) return answer;
  change_content(*file.node, {.cut_at = size_bytes});
  return 0;
}

int MemorySystem::clone(int from_fd, int to_fd) {
  const std::scoped_lock guard(mutex_);
  const Open& file = open_.at(to_fd);
  if (!allows_clones_) return -EOPNOTSUPP;
  if (!file.is_writable) return -EBADF;
  if (const int answer = refusal_of_change(Call::clone, file.name); answer != 0) return answer;
  Node& node = *file.node;
  for (Change& change :
       std::vector<Change>{{.cut_at = 0}, {.bytes = open_.at(from_fd).node->content}}) {
    change_content(node, std::move(change));
  }
  return 0;
}

int MemorySystem::sync(int fd) {
  const std::scoped_lock guard(mutex_);
  const Open& file = open_.at(fd);
  Node& node = *file.node;
  if (node.has_failed_sync && !node.is_directory) touched_.push_back("sync of " + file.name);
  if (const int answer = refusal(Call::sync, file.name); answer != 0)
    return fail_sync(node, answer);
  if (node.late_error != 0) return fail_sync(node, node.late_error);
  if (const int answer = begin_change(); answer != 0) return answer;
  for (const Change& change : node.unsynced) {
    if (node.is_directory) {
      apply(change, node.durable_names);
    } else {
      apply(change, node.durable_content);
    }
  }
  node.unsynced.clear();
  if (observer_) observer_({.kind = Step::Kind::sync, .node = node.number, .fd = fd});
  return 0;
}

// Of directories the names are kept: no file system drops those and goes on.
int MemorySystem::fail_sync(Node& node, int answer) {
  if (is_dead_) return answer;
  if (!node.is_directory) {
    node.unsynced.clear();
    if (failed_sync_ == FailedSync::reverts) node.content = node.durable_content;
    const bool is_late = failed_sync_ == FailedSync::is_told_late && node.late_error == 0;
    node.late_error = is_late ? answer : 0;
    if (is_late) return 0;
  }
  node.has_failed_sync = true;
  return answer;
}

int MemorySystem::fsync(int fd) { return sync(fd); }
int MemorySystem::fdatasync(int fd) { return sync(fd); }

FileStatus MemorySystem::status_of(const Node& node) {
  FileStatus status;
  status.kind = node.is_directory ? FileStatus::Kind::directory : FileStatus::Kind::regular;
  status.size_bytes = node.content.size();
  status.device = 1;
  status.inode = node.number;
  status.link_count = 1;
  status.mode = node.mode;
  status.owner = node.owner;
  status.group = node.group;
  return status;
}

int MemorySystem::status(int fd, FileStatus& out) {
  const std::scoped_lock guard(mutex_);
  const Open& file = open_.at(fd);
  if (const int answer = refusal(Call::status, file.name); answer != 0) return answer;
  out = status_of(*file.node);
  return 0;
}

int MemorySystem::status_at(int directory, const char* name, FileStatus& out) {
  const std::scoped_lock guard(mutex_);
  if (const int answer = refusal(Call::status, name); answer != 0) return answer;
  const NodePointer node = find(directory, name);
  if (!node) return -ENOENT;
  out = status_of(*node);
  return 0;
}

int MemorySystem::rename_at(int directory, const char* from, const char* to) {
  const std::scoped_lock guard(mutex_);
  const Names& names = open_.at(directory).node->names;
  const auto source = names.find(from);
  if (source == names.end()) return -ENOENT;
  if (const auto target = names.find(to); target != names.end()) {
    if (source->second->is_directory && !target->second->is_directory) return -ENOTDIR;
    if (!target->second->names.empty()) return -ENOTEMPTY;
    if (target->second->is_directory && !source->second->is_directory) return -EISDIR;
  }
  if (const int answer = refusal_of_change(Call::rename, from); answer != 0) return answer;
  change_names(*open_.at(directory).node,
               {.name = to, .node = source->second, .renamed_from = from});
  return 0;
}

int MemorySystem::link_at(int from_directory, const char* from, int to_directory, const char* to) {
  const std::scoped_lock guard(mutex_);
  const Names& names = open_.at(from_directory).node->names;
  const auto source = names.find(from);
  if (source == names.end()) return -ENOENT;
  if (source->second->is_directory) return -EPERM;
  Node& parent = *open_.at(to_directory).node;
  if (parent.names.contains(to)) return -EEXIST;
  if (const int answer = refusal_of_change(Call::link, from); answer != 0) return answer;
  change_names(parent, {.name = to, .node = source->second});
  return 0;
}

int MemorySystem::unlink_at(int directory, const char* name) {
  const std::scoped_lock guard(mutex_);
  Node& parent = *open_.at(directory).node;
  const auto found = parent.names.find(name);
  if (found == parent.names.end()) return -ENOENT;
  if (found->second->is_directory) return -EISDIR;
  if (const int answer = refusal_of_change(Call::unlink, name); answer != 0) return answer;
  change_names(parent, {.name = name});
  return 0;
}

int MemorySystem::remove_directory_at(int directory, const char* name) {
  const std::scoped_lock guard(mutex_);
  Node& parent = *open_.at(directory).node;
  const auto found = parent.names.find(name);
  if (found == parent.names.end()) return -ENOENT;
  if (!found->second->is_directory) return -ENOTDIR;
  if (!found->second->names.empty()) return -ENOTEMPTY;
  if (const int answer = refusal_of_change(Call::unlink, name); answer != 0) return answer;
  change_names(parent, {.name = name});
  return 0;
}

int MemorySystem::make_directory_at(int directory, const char* name, unsigned) {
  const std::scoped_lock guard(mutex_);
  std::string last;
  const NodePointer parent = parent_of(directory, name, last);
  if (!parent) return -ENOENT;
  if (last.empty() || parent->names.contains(last)) return -EEXIST;
  const int answer = refusal_of_change(Call::make_directory, name);
  if (answer == 0) change_names(*parent, {.name = last, .node = make_node(true)});
  return answer;
}

int MemorySystem::list(int directory, std::vector<std::string>& names) {
  const std::scoped_lock guard(mutex_);
  const Open& open = open_.at(directory);
  if (const int answer = refusal(Call::list, open.name); answer != 0) return answer;
  names.clear();
  for (const auto& [name, node] : open.node->names) names.push_back(name);
  std::ranges::reverse(names);  // Nobody may rely on an order.
  return 0;
}

int MemorySystem::try_lock(int fd, std::uint64_t byte) {
  const std::scoped_lock guard(mutex_);
  const Open& file = open_.at(fd);
  if (const int answer = refusal(Call::lock, file.name); answer != 0) return answer;
  const auto [holder, is_new] = file.node->locks.emplace(byte, fd);
  return is_new || holder->second == fd ? 0 : -EAGAIN;
}

int MemorySystem::unlock(int fd, std::uint64_t byte) {
  const std::scoped_lock guard(mutex_);
  const auto found = open_.find(fd);
  if (found != open_.end()) found->second.node->locks.erase(byte);
  return 0;
}

int MemorySystem::poll(std::span<PollEntry>, int timeout_ms) {
  if (timeout_ms > 0) now_ns_ += timeout_ms * std::int64_t{1'000'000};
  return 0;
}

int MemorySystem::watch_open() { return -ENOSYS; }
int MemorySystem::watch_add(int, int, const char*, WatchFor) { return -ENOSYS; }

}  // namespace estream::io
