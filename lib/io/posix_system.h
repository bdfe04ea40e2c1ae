#pragma once

#include "io/system.h"

namespace estream::io {

// The kernel of the machine. Every descriptor is close-on-exec.
class PosixSystem final : public System {
 public:
  int current_directory() const override;
  int open_at(int directory, const char* name, int flags, unsigned mode) override;
  int close(int fd) override;
  std::int64_t read(int fd, MutableBytes out) override;
  std::int64_t write(int fd, Bytes bytes) override;
  std::int64_t pread(int fd, MutableBytes out, std::uint64_t position) override;
  std::int64_t pwrite(int fd, Bytes bytes, std::uint64_t position) override;
  int truncate(int fd, std::uint64_t size_bytes) override;
  std::int64_t seek_data(int fd, std::uint64_t position) override;
  std::int64_t seek_hole(int fd, std::uint64_t position) override;
  int change_owner(int fd, std::uint32_t owner, std::uint32_t group) override;
  int change_mode(int fd, unsigned mode) override;
  int fsync(int fd) override;
  int fdatasync(int fd) override;
  int clone(int from_fd, int to_fd) override;
  int status(int fd, FileStatus& out) override;
  int status_at(int directory, const char* name, FileStatus& out) override;
  int rename_at(int directory, const char* from, const char* to) override;
  int link_at(int from_directory, const char* from, int to_directory, const char* to) override;
  int unlink_at(int directory, const char* name) override;
  int remove_directory_at(int directory, const char* name) override;
  int make_directory_at(int directory, const char* name, unsigned mode) override;
  int list(int directory, std::vector<std::string>& names) override;
  int try_lock(int fd, std::uint64_t byte) override;
  int unlock(int fd, std::uint64_t byte) override;
  int is_locked(int fd, std::uint64_t byte) override;
  int file_system_type(int fd, std::uint32_t& out) override;
  int poll(std::span<PollEntry> entries, int timeout_ms) override;
  int watch_open() override;
  int watch_add(int watch, int directory, const char* name, WatchFor what) override;
  std::int64_t monotonic_ns() override;
  std::int64_t wall_clock_ms() override;
  void sleep_ns(std::int64_t duration_ns) override;
  std::uint64_t random() override;
  std::int32_t process_id() override;
  std::optional<BootId> boot_id() override;
};

}  // namespace estream::io
