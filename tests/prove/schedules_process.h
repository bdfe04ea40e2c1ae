#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "io/system.h"
#include "prove/schedules_causality.h"
#include "prove/schedules_scheduler.h"
#include "support/memory_system.h"

namespace estream::prove::interleave {

// The first part of a write that somebody is in the middle of. The machine knows nothing of it:
// what lies within one page is not written to the device half done.
struct HalfWrite {
  int process = 0;
  int fd = -1;
  std::uint64_t label = 0;
  std::uint64_t position = 0;
  std::string bytes;
  std::string rest;  // What is written all the same when the process dies here.

  std::uint64_t end() const { return position + bytes.size(); }
};

// The machine that the processes of one run share, and what was called on it.
struct Machine {
  io::MemorySystem memory;
  std::vector<HalfWrite> half_writes;
  // Files that are there before the run are called by their inode, those that a process makes by
  // the process and how many it had made: a name that does not depend on what others do meanwhile.
  std::unordered_map<std::uint64_t, std::uint64_t> labels;
  std::uint64_t trace = 0;  // A digest of all calls and their answers, in order.
  std::function<void(const std::string&)> show_call = {};

  std::uint64_t label(std::uint64_t inode) const;
  // What reading and measuring the file gives while such writes are going on.
  std::int64_t pread(int fd, std::uint64_t file, MutableBytes out, std::uint64_t position);
  void measure(std::uint64_t file, io::FileStatus& status) const;
};

// What one process sees of the machine. Each call asks the scheduler first, which may let others go
// on before it. Sleeping does not take time from others: clocks are the process's own.
//
// Calls are as atomic as Linux has them: a write can be seen half done, by others and by those that
// come after a death in the middle of it (there at the edge of a page only, and anywhere in a log,
// to be strict); the two slots of a commit file are read one after the other.
class Process final : public io::System {
 public:
  Process(Scheduler& scheduler, Machine& machine, int number)
      : scheduler_(scheduler),
        machine_(machine),
        number_(number),
        random_(7919U + static_cast<unsigned>(number)) {}

  int number() const { return number_; }
  bool is_dead() const { return scheduler_.is_dead(number_); }
  // The process is killed: the kernel ends a write that cannot be torn, closes its descriptors and
  // releases its locks.
  Accesses leave();

  // The moments at which the process tells somebody outside what it did, or is asked to do
  // something on the ground of what others told: ordered with one another as calls are. False: it
  // died before that.
  bool tell() { return meet(true); }
  bool listen() { return meet(false); }

  int current_directory() const override { return machine_.memory.current_directory(); }
  int open_at(int directory, const char* name, int flags, unsigned mode) override;
  int close(int fd) override;
  std::int64_t read(int, MutableBytes) override { return -9; }
  std::int64_t write(int, Bytes) override { return -9; }
  std::int64_t pread(int fd, MutableBytes out, std::uint64_t position) override;
  std::int64_t pwrite(int fd, Bytes bytes, std::uint64_t position) override;
  int truncate(int fd, std::uint64_t size_bytes) override;
  std::int64_t seek_data(int fd, std::uint64_t position) override;
  std::int64_t seek_hole(int fd, std::uint64_t position) override;
  int change_owner(int fd, std::uint32_t owner, std::uint32_t group) override;
  int change_mode(int fd, unsigned mode) override;
  int fsync(int fd) override;
  int fdatasync(int fd) override { return fsync(fd); }
  int clone(int from_fd, int to_fd) override;
  int status(int fd, io::FileStatus& out) override;
  int status_at(int directory, const char* name, io::FileStatus& out) override;
  int rename_at(int directory, const char* from, const char* to) override;
  int link_at(int from_directory, const char* from, int to_directory, const char* to) override;
  int unlink_at(int directory, const char* name) override;
  int remove_directory_at(int directory, const char* name) override;
  int make_directory_at(int directory, const char* name, unsigned mode) override;
  int list(int directory, std::vector<std::string>& names) override;
  int try_lock(int fd, std::uint64_t byte) override;
  int is_locked(int fd, std::uint64_t byte) override { return machine_.memory.is_locked(fd, byte); }
  int file_system_type(int fd, std::uint32_t& out) override {
    return machine_.memory.file_system_type(fd, out);
  }
  int unlock(int fd, std::uint64_t byte) override;
  int poll(std::span<io::PollEntry> entries, int timeout_ms) override;
  int watch_open() override { return -38; }
  int watch_add(int, int, const char*, io::WatchFor) override { return -38; }
  std::int64_t monotonic_ns() override { return now_ns_; }
  std::int64_t wall_clock_ms() override { return 1'700'000'000'000 + now_ns_ / 1'000'000; }
  void sleep_ns(std::int64_t duration_ns) override;
  std::uint64_t random() override { return random_(); }
  std::int32_t process_id() override { return 1000 + number_; }
  std::optional<io::BootId> boot_id() override { return machine_.memory.boot_id(); }

 private:
  struct Open {
    std::string name;
    std::uint64_t label = 0;
    std::set<std::uint64_t> locks;  // Bytes that are held through this descriptor.
  };

  template <class Call>
  auto perform(const char* what, std::string_view name, const Accesses& accesses, Call call);
  void record(const char* what, std::string_view name, std::int64_t answer);
  bool meet(bool is_telling);
  bool exists(int directory, const char* name);
  const Open& open(int fd) const;
  std::uint64_t name_object(int directory, std::string_view name) const;
  std::uint64_t list_object(int directory) const;
  Accesses changing_names(int directory, std::initializer_list<const char*> names) const;
  Accesses opening(int directory, const char* name, bool makes) const;
  Accesses looking_at(int directory, const char* name);
  bool write_half(const Open& file, int fd, Bytes bytes, std::uint64_t position,
                  const Accesses& accesses);
  std::uint64_t next_label() { return mix(1'000'000U + static_cast<unsigned>(number_), made_++); }

  Scheduler& scheduler_;
  Machine& machine_;
  int number_;
  std::map<int, Open> open_;
  std::uint64_t made_ = 0;
  std::int64_t now_ns_ = 1'000'000'000;
  std::mt19937_64 random_;
};

}  // namespace estream::prove::interleave
