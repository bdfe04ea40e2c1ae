#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/types.h"
#include "io/system.h"

namespace estream::io {

// The sentence for a call that the system refused: "NAME: cannot VERB: reason".
Error system_error(const std::string& name, const char* verb, std::int64_t negative_errno);

// As File::take_access(), of an open file or directory whose status is `own`.
Result<void> give_access(System& system, int fd, const std::string& name, FileStatus own,
                         const FileStatus& like);

// An open regular file and the name that errors call it by. Moved, never copied; the destructor
// closes without a word, so whoever wrote through it and cares calls close().
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

  // Fills `out` as far as the file goes and answers how far that was: short only at the end.
  Result<std::size_t> read_at(std::uint64_t position, MutableBytes out) const;
  // All of `bytes`, or an error after which any part of them may be in the file.
  Result<void> write_at(std::uint64_t position, Bytes bytes);
  // Makes the content of `source` that of this file, too, without copying a byte. False, and
  // nothing is done, where the file system does not do that.
  Result<bool> clone_from(const File& source);
  Result<void> truncate(std::uint64_t size_bytes);
  // The bytes written so far (and what is needed to read them back) are on the device.
  Result<void> sync_data();
  Result<void> sync();
  Result<std::uint64_t> size_bytes() const;
  Result<FileStatus> status() const;
  // Owner, group and permissions become those of `like`, as far as this process may do that, and
  // where it may not, nobody gets more than there: what its group could do, another one can only if
  // everybody could. Of a directory's permissions a file takes those to read and write.
  Result<void> take_access(const FileStatus& like);
  Result<void> close();

 private:
  System* system_ = nullptr;
  int fd_ = -1;
  std::string name_;
};

// Copies [from, to) of one file to another at `target`, through a buffer of bounded size; both may
// be the same file. That the source ends earlier is an error.
Result<void> copy_range(const File& source, std::uint64_t from, std::uint64_t to, File& destination,
                        std::uint64_t target);

// Copies [from, to) to the start of an empty file, in which holes stay holes.
Result<void> copy_sparse(const File& source, std::uint64_t from, std::uint64_t to,
                         File& destination);

// The first byte in [from, to) that is not zero; `to` when there is none. Where the file ends
// before `to`, nothing more is looked at. Holes are passed over without being read.
Result<std::uint64_t> first_non_zero(const File& file, std::uint64_t from, std::uint64_t to);

}  // namespace estream::io
