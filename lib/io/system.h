#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/types.h"

namespace estream::io {

struct FileStatus {
  enum class Kind { regular, directory, link, pipe, socket, other };

  Kind kind = Kind::other;
  std::uint64_t size_bytes = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t link_count = 0;
  std::int64_t modified_ms = 0;
  unsigned mode = 0;  // The permission bits, with setuid, setgid and sticky.
  std::uint32_t owner = 0;
  std::uint32_t group = 0;
};

using BootId = std::array<std::byte, 16>;

// The event to wait for on one descriptor, and whether it came.
struct PollEntry {
  int fd = -1;
  bool for_output = false;
  bool for_hangup = false;  // Wait only for the other side to go away; input does not count.
  bool is_ready = false;    // Readable, writable or hung up: the next call on it will not block.
};

enum class WatchFor {
  change,      // The content of a file changes.
  last_close,  // A process that could write to the file closes it, or ends.
  names,       // A name comes to a directory, or goes.
  nothing,     // Only keeps the file watched; what else is watched for stays.
};

// All system calls of estream on files, locks, descriptors, time and randomness, one function for
// each call. A function returns zero or more, or a negated errno. It does not retry, makes no
// message and takes no decision (only list() reads a directory twice). io/file and the layers above
// do that. So a test can put another system here, for example one that fails the n-th call, cuts it
// short, or forgets what was not synced, and so test those layers, too.
//
// PosixSystem is the real one. All members may be called from several threads at once.
class System {
 public:
  virtual ~System() = default;

  // `flags` and `mode` are those of open(2); `directory` is a descriptor or current_directory().
  virtual int current_directory() const = 0;
  virtual int open_at(int directory, const char* name, int flags, unsigned mode) = 0;
  virtual int close(int fd) = 0;
  virtual std::int64_t read(int fd, MutableBytes out) = 0;
  virtual std::int64_t write(int fd, Bytes bytes) = 0;
  virtual std::int64_t pread(int fd, MutableBytes out, std::uint64_t position) = 0;
  virtual std::int64_t pwrite(int fd, Bytes bytes, std::uint64_t position) = 0;
  virtual int truncate(int fd, std::uint64_t size_bytes) = 0;
  // The first position from `position` on that is data, or that is in a hole; -ENXIO behind the
  // last.
  virtual std::int64_t seek_data(int fd, std::uint64_t position) = 0;
  virtual std::int64_t seek_hole(int fd, std::uint64_t position) = 0;
  virtual int fsync(int fd) = 0;
  virtual int fdatasync(int fd) = 0;
  // Gives the second file the whole content of the first one. They share the blocks on the device
  // until one of them is written to.
  virtual int clone(int from_fd, int to_fd) = 0;
  virtual int status(int fd, FileStatus& out) = 0;
  // Does not follow a symbolic link in the last component.
  virtual int status_at(int directory, const char* name, FileStatus& out) = 0;

  // The kind of the file system that has the file: f_type of statfs(2), as in <linux/magic.h>.
  virtual int file_system_type(int fd, std::uint32_t& out) = 0;

  // An id of UINT32_MAX is not changed.
  virtual int change_owner(int fd, std::uint32_t owner, std::uint32_t group) = 0;
  virtual int change_mode(int fd, unsigned mode) = 0;

  virtual int rename_at(int directory, const char* from, const char* to) = 0;
  // Makes a second name for a file, in any directory of the same device. Does not follow a symbolic
  // link.
  virtual int link_at(int from_directory, const char* from, int to_directory, const char* to) = 0;
  virtual int unlink_at(int directory, const char* name) = 0;
  virtual int remove_directory_at(int directory, const char* name) = 0;
  virtual int make_directory_at(int directory, const char* name, unsigned mode) = 0;
  // The names in an open directory, without `.` and `..`, each once, in any order. It has all names
  // that existed during the whole call, even if another file was renamed to one of them.
  virtual int list(int directory, std::vector<std::string>& names) = 0;

  // Locks one byte of the file, exclusively, with an open-file-description lock. -EAGAIN when
  // another one holds it.
  virtual int try_lock(int fd, std::uint64_t byte) = 0;
  virtual int unlock(int fd, std::uint64_t byte) = 0;
  // 1 when another one holds a lock on the byte, else 0. Takes no lock, not even for a moment.
  virtual int is_locked(int fd, std::uint64_t byte) = 0;

  // Waits until an entry is ready or the time is over; -1 waits for ever. Returns the number of
  // ready entries.
  virtual int poll(std::span<PollEntry> entries, int timeout_ms) = 0;
  // A descriptor that becomes readable when something happens to a watched file or directory.
  virtual int watch_open() = 0;
  virtual int watch_add(int watch, int directory, const char* name, WatchFor what) = 0;

  virtual std::int64_t monotonic_ns() = 0;
  virtual std::int64_t wall_clock_ms() = 0;
  virtual void sleep_ns(std::int64_t duration_ns) = 0;
  virtual std::uint64_t random() = 0;
  virtual std::int32_t process_id() = 0;
  // The id of this boot of the machine; nothing when the system does not tell it.
  virtual std::optional<BootId> boot_id() = 0;
};

}  // namespace estream::io
