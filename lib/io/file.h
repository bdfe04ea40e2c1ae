#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/types.h"
#include "io/system.h"

namespace estream::io {

// The error for a failed system call: "NAME: cannot VERB: reason".
Error system_error(const std::string& name, const char* verb, std::int64_t negative_errno);

// As File::take_access(), for an open file or directory whose status is `own`.
Result<void> give_access(System& system, int fd, const std::string& name, FileStatus own,
                         const FileStatus& like);

// An open regular file, with the name that errors use. It can be moved, not copied. The destructor
// ignores errors of the close, so a writer that wants to know them calls close().
class File {
 public:
  File() = default;
  File(System& system, int fd, std::string name)
      : system_(&system), fd_(fd), name_(std::move(name)) {}
  ~File();
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;

  bool is_open() const { return fd_ >= 0; }
  const std::string& name() const { return name_; }
  System& system() const { return *system_; }
  int fd() const { return fd_; }

  // Fills `out` and returns the number of bytes, which is smaller only at the end of the file.
  Result<std::size_t> read_at(std::uint64_t position, MutableBytes out) const;
  // Writes all of `bytes`. After an error, any part of them may be in the file.
  Result<void> write_at(std::uint64_t position, Bytes bytes);
  // Gives this file the content of `source`, with shared blocks. False, and no change, if the file
  // system cannot do this.
  Result<bool> clone_from(const File& source);
  Result<void> truncate(std::uint64_t size_bytes);
  // Syncs the bytes that were written so far, and everything that is needed to read them again.
  Result<void> sync_data();
  Result<void> sync();
  Result<std::uint64_t> size_bytes() const;
  Result<FileStatus> status() const;
  // Sets owner, group and permissions to those of `like`, as far as this process may do it. If it
  // may not set the group, the new group gets only the permissions that everybody has, so that
  // nobody gets more than before. From a directory, a file takes the permissions to read and write.
  Result<void> take_access(const FileStatus& like);
  Result<void> close();

 private:
  System* system_ = nullptr;
  int fd_ = -1;
  std::string name_;
};

// Copies [from, to) of one file to another at `target`, through a buffer of limited size. Both may
// be the same file. It is an error if the source ends earlier.
Result<void> copy_range(const File& source, std::uint64_t from, std::uint64_t to, File& destination,
                        std::uint64_t target);

// Copies [from, to) to the start of an empty file, in which holes stay holes.
Result<void> copy_sparse(const File& source, std::uint64_t from, std::uint64_t to,
                         File& destination);

// The position of the first byte in [from, to) that is not zero; `to` when there is none. Ends at
// the end of the file if that comes before `to`. Does not read holes.
Result<std::uint64_t> first_non_zero(const File& file, std::uint64_t from, std::uint64_t to);

}  // namespace estream::io
