#include "prove/schedules_process.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace estream::prove::interleave {

namespace {

constexpr std::uint64_t page_bytes = 4096;

enum Aspect : std::uint64_t { content = 1, durability, names_of, a_name, a_lock, outside };

std::uint64_t object(Aspect aspect, std::uint64_t label, std::uint64_t detail = 0) {
  return mix(mix(aspect, label), detail);
}

// Whether anybody but its maker reads the file.
bool is_known_to_others(std::string_view name) {
  return !name.ends_with(".cleaned") && name.find(".tmp") == name.npos;
}

// Whether a death can come in the middle. What lies within one page the kernel writes to the end.
bool is_tearable(std::string_view name, std::uint64_t position, std::size_t size) {
  return name.ends_with(".log") || position / page_bytes != (position + size - 1) / page_bytes;
}

}  // namespace

std::uint64_t Machine::label(std::uint64_t inode) const {
  const auto found = labels.find(inode);
  return found == labels.end() ? inode : found->second;
}

std::int64_t Machine::pread(int fd, std::uint64_t file, MutableBytes out, std::uint64_t position) {
  std::int64_t count = memory.pread(fd, out, position);
  for (const HalfWrite& half : half_writes) {
    if (half.label != file || count < 0 || half.end() <= position) continue;
    const std::uint64_t from = std::max(half.position, position);
    const std::uint64_t to = std::min(half.end(), position + out.size());
    if (from >= to) continue;
    std::memcpy(out.data() + (from - position), half.bytes.data() + (from - half.position),
                to - from);
    count = std::max(count, static_cast<std::int64_t>(to - position));
  }
  return count;
}

void Machine::measure(std::uint64_t file, io::FileStatus& status) const {
  for (const HalfWrite& half : half_writes) {
    if (half.label == file) status.size_bytes = std::max(status.size_bytes, half.end());
  }
}

const Process::Open& Process::open(int fd) const {
  static const Open nothing;
  const auto found = open_.find(fd);
  return found == open_.end() ? nothing : found->second;
}

std::uint64_t Process::name_object(int directory, std::string_view name) const {
  return mix(object(a_name, open(directory).label), name);
}

std::uint64_t Process::list_object(int directory) const {
  return object(names_of, open(directory).label);
}

Accesses Process::changing_names(int directory, std::initializer_list<const char*> names) const {
  Accesses accesses;
  for (const char* name : names) accesses.write(name_object(directory, name));
  accesses.write(list_object(directory));
  return accesses;
}

void Process::record(const char* what, std::string_view name, std::int64_t answer) {
  machine_.trace = mix(mix(mix(machine_.trace, static_cast<std::uint64_t>(number_)), what), name);
  // The number of a descriptor says nothing.
  const bool is_number = std::strcmp(what, "open") == 0 && answer > 0;
  machine_.trace = mix(machine_.trace, static_cast<std::uint64_t>(is_number ? 0 : answer));
  if (!machine_.show_call) return;
  const std::string margin(static_cast<std::size_t>(number_) * 4, ' ');
  machine_.show_call(fmt::format("{:6} {}P{} {} {} = {}", scheduler_.steps() - 1, margin, number_,
                                 what, name, is_number ? 0 : answer));
}

template <class Call>
auto Process::perform(const char* what, std::string_view name, const Accesses& accesses,
                      Call call) {
  using Answer = decltype(call());
  if (!scheduler_.begin_call(number_, accesses)) return static_cast<Answer>(-EIO);
  const Answer answer = call();
  scheduler_.end_call(number_, accesses);
  record(what, name, answer);
  return answer;
}

bool Process::meet(bool is_telling) {
  Accesses accesses;
  if (is_telling) {
    accesses.write(object(outside, 0));
  } else {
    accesses.read(object(outside, 0));
  }
  return perform(is_telling ? "tells" : "listens", "", accesses, [] { return 0; }) == 0;
}

Accesses Process::leave() {
  Accesses accesses;
  accesses.write(object(outside, 1));
  for (const HalfWrite& half : machine_.half_writes) {
    if (half.process != number_) continue;
    machine_.memory.pwrite(half.fd, as_bytes(half.bytes + half.rest), half.position);
  }
  std::erase_if(machine_.half_writes,
                [&](const HalfWrite& half) { return half.process == number_; });
  for (const auto& [fd, file] : open_) {
    for (const std::uint64_t byte : file.locks) accesses.write(object(a_lock, file.label, byte));
    machine_.memory.close(fd);
  }
  open_.clear();
  record("is killed", "", 0);
  return accesses;
}

bool Process::exists(int directory, const char* name) {
  io::FileStatus status;
  return machine_.memory.status_at(directory, name, status) == 0;
}

Accesses Process::opening(int directory, const char* name, bool makes) const {
  // Where the partition is found does not change.
  if (directory == current_directory()) return {};
  if (makes) return changing_names(directory, {name});
  Accesses accesses;
  accesses.read(name_object(directory, name));
  return accesses;
}

int Process::open_at(int directory, const char* name, int flags, unsigned mode) {
  const auto makes = [&] { return (flags & O_CREAT) != 0 && !exists(directory, name); };
  if (!scheduler_.begin_call(number_, opening(directory, name, makes()))) return -EIO;
  // Others may have made or removed it before the scheduler let this go on.
  const bool is_new = makes();
  const int fd = machine_.memory.open_at(directory, name, flags, mode);
  if (fd >= 0) {
    io::FileStatus status;
    machine_.memory.status(fd, status);
    if (is_new) machine_.labels[status.inode] = next_label();
    open_[fd] = {name, machine_.label(status.inode), {}};
  }
  scheduler_.end_call(number_, opening(directory, name, is_new));
  record("open", name, fd);
  return fd;
}

int Process::close(int fd) {
  const Open file = open(fd);
  Accesses accesses;
  for (const std::uint64_t byte : file.locks) accesses.write(object(a_lock, file.label, byte));
  return perform("close", file.name, accesses, [&] {
    open_.erase(fd);
    if (!file.locks.empty()) scheduler_.released_lock();
    return machine_.memory.close(fd);
  });
}

std::int64_t Process::pread(int fd, MutableBytes out, std::uint64_t position) {
  const Open file = open(fd);
  Accesses accesses;
  accesses.read(object(content, file.label));
  const bool has_slots = file.name == "commit" && position < page_bytes;
  const auto first =
      std::min<std::uint64_t>(out.size(), has_slots ? page_bytes - position : SIZE_MAX);
  return perform("pread", file.name, accesses, [&]() -> std::int64_t {
    const auto count = machine_.pread(fd, file.label, out.first(first), position);
    if (count < static_cast<std::int64_t>(first) || first == out.size()) return count;
    if (!scheduler_.within_call(number_, accesses, false)) return -EIO;
    const auto rest = machine_.pread(fd, file.label, out.subspan(first), position + first);
    return rest < 0 ? rest : count + rest;
  });
}

// False: the process died with this much written.
bool Process::write_half(const Open& file, int fd, Bytes bytes, std::uint64_t position,
                         const Accesses& accesses) {
  const std::string_view text = as_text(bytes);
  const std::size_t middle = text.size() / 2;
  const bool tears = is_tearable(file.name, position, text.size());
  machine_.half_writes.push_back({number_, fd, file.label, position,
                                  std::string(text.substr(0, middle)),
                                  std::string(tears ? "" : text.substr(middle))});
  if (!scheduler_.within_call(number_, accesses, tears)) return false;
  std::erase_if(machine_.half_writes,
                [&](const HalfWrite& write) { return write.process == number_; });
  return true;
}

std::int64_t Process::pwrite(int fd, Bytes bytes, std::uint64_t position) {
  const Open file = open(fd);
  Accesses accesses;
  accesses.write(object(content, file.label));
  accesses.write(object(durability, file.label));
  const bool is_split = bytes.size() > 1 && is_known_to_others(file.name);
  return perform("pwrite", file.name, accesses, [&]() -> std::int64_t {
    if (is_split && !write_half(file, fd, bytes, position, accesses)) return -EIO;
    return machine_.memory.pwrite(fd, bytes, position);
  });
}

int Process::truncate(int fd, std::uint64_t size_bytes) {
  const Open file = open(fd);
  Accesses accesses;
  accesses.write(object(content, file.label));
  accesses.write(object(durability, file.label));
  return perform("truncate", file.name, accesses,
                 [&] { return machine_.memory.truncate(fd, size_bytes); });
}

int Process::fsync(int fd) {
  const Open file = open(fd);
  Accesses accesses;
  accesses.write(object(durability, file.label));
  accesses.read(list_object(fd));
  return perform("sync", file.name, accesses, [&] { return machine_.memory.fsync(fd); });
}

int Process::clone(int from_fd, int to_fd) {
  const Open file = open(to_fd);
  Accesses accesses;
  accesses.read(object(content, open(from_fd).label));
  accesses.write(object(content, file.label));
  accesses.write(object(durability, file.label));
  return perform("clone", file.name, accesses,
                 [&] { return machine_.memory.clone(from_fd, to_fd); });
}

// Nobody else looks at these.
std::int64_t Process::seek_data(int fd, std::uint64_t position) {
  return machine_.memory.seek_data(fd, position);
}
std::int64_t Process::seek_hole(int fd, std::uint64_t position) {
  return machine_.memory.seek_hole(fd, position);
}
int Process::change_owner(int fd, std::uint32_t owner, std::uint32_t group) {
  return machine_.memory.change_owner(fd, owner, group);
}
int Process::change_mode(int fd, unsigned mode) { return machine_.memory.change_mode(fd, mode); }

int Process::status(int fd, io::FileStatus& out) {
  const Open file = open(fd);
  Accesses accesses;
  accesses.read(object(content, file.label));
  return perform("status", file.name, accesses, [&] {
    const int answer = machine_.memory.status(fd, out);
    machine_.measure(file.label, out);
    return answer;
  });
}

Accesses Process::looking_at(int directory, const char* name) {
  Accesses accesses;
  accesses.read(name_object(directory, name));
  io::FileStatus status;
  if (machine_.memory.status_at(directory, name, status) == 0) {
    accesses.read(object(content, machine_.label(status.inode)));
  }
  return accesses;
}

int Process::status_at(int directory, const char* name, io::FileStatus& out) {
  if (!scheduler_.begin_call(number_, looking_at(directory, name))) return -EIO;
  // Others may have put another file there before the scheduler let this go on.
  scheduler_.end_call(number_, looking_at(directory, name));
  const int answer = machine_.memory.status_at(directory, name, out);
  if (answer == 0) machine_.measure(machine_.label(out.inode), out);
  record("status of", name, answer);
  return answer;
}

int Process::rename_at(int directory, const char* from, const char* to) {
  return perform("rename to", to, changing_names(directory, {from, to}),
                 [&] { return machine_.memory.rename_at(directory, from, to); });
}

int Process::link_at(int from_directory, const char* from, int to_directory, const char* to) {
  Accesses accesses = changing_names(to_directory, {to});
  accesses.read(name_object(from_directory, from));
  return perform("link", to, accesses,
                 [&] { return machine_.memory.link_at(from_directory, from, to_directory, to); });
}

int Process::unlink_at(int directory, const char* name) {
  return perform("unlink", name, changing_names(directory, {name}),
                 [&] { return machine_.memory.unlink_at(directory, name); });
}

int Process::remove_directory_at(int directory, const char* name) {
  return perform("remove directory", name, changing_names(directory, {name}),
                 [&] { return machine_.memory.remove_directory_at(directory, name); });
}

int Process::make_directory_at(int directory, const char* name, unsigned mode) {
  return perform("make directory", name, changing_names(directory, {name}), [&] {
    const int answer = machine_.memory.make_directory_at(directory, name, mode);
    io::FileStatus status;
    if (answer == 0 && machine_.memory.status_at(directory, name, status) == 0) {
      machine_.labels[status.inode] = next_label();
    }
    return answer;
  });
}

int Process::list(int directory, std::vector<std::string>& names) {
  Accesses accesses;
  accesses.read(list_object(directory));
  return perform("list", open(directory).name, accesses,
                 [&] { return machine_.memory.list(directory, names); });
}

int Process::try_lock(int fd, std::uint64_t byte) {
  const Open file = open(fd);
  Accesses accesses;
  accesses.write(object(a_lock, file.label, byte));
  return perform(byte == 0 ? "lock 0" : "lock 1", file.name, accesses, [&] {
    const int answer = machine_.memory.try_lock(fd, byte);
    if (answer == 0) open_.at(fd).locks.insert(byte);
    if (answer == -EAGAIN) scheduler_.met_lock(number_);
    return answer;
  });
}

int Process::unlock(int fd, std::uint64_t byte) {
  const Open file = open(fd);
  Accesses accesses;
  accesses.write(object(a_lock, file.label, byte));
  return perform(byte == 0 ? "unlock 0" : "unlock 1", file.name, accesses, [&] {
    const auto found = open_.find(fd);
    if (found != open_.end()) found->second.locks.erase(byte);
    scheduler_.released_lock();
    return machine_.memory.unlock(fd, byte);
  });
}

int Process::poll(std::span<io::PollEntry>, int timeout_ms) {
  sleep_ns(std::max(timeout_ms, 1) * std::int64_t{1'000'000});
  return 0;
}

void Process::sleep_ns(std::int64_t duration_ns) {
  now_ns_ += duration_ns;
  scheduler_.sleep(number_);
}

}  // namespace estream::prove::interleave
