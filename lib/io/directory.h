#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/file.h"
#include "io/system.h"

namespace estream::io {

enum class OpenMode {
  read,              // Must exist.
  read_write,        // Must exist.
  create_or_open,    // Read and write; made empty when it is not there.
  create_exclusive,  // Read and write; an Error::Code::exists when it is there.
};

// An open directory. Everything below it is opened by name relative to its descriptor, symbolic
// links are refused, and so is whatever is not a regular file (a FIFO would block for ever): a path
// that somebody swaps under us cannot lead outside. Copies share the descriptor.
class Directory {
 public:
  Directory() = default;

  // The one place where a path is followed as the user typed it, links included.
  static Result<Directory> open(System& system, const std::string& path);

  const std::string& name() const { return name_; }
  System& system() const { return *handle_->system; }
  int fd() const { return handle_->fd; }

  // Files that we make get mode 0666 less the umask, directories 0777 less the umask.
  Result<File> open_file(const std::string& name, OpenMode mode) const;
  // A new file that is `like` another one in this directory: its owner, group and permissions
  // (File::take_access). Where that one is not there, and for ".", like the directory itself.
  Result<File> create_file(const std::string& name, const std::string& like) const;
  // Opened for reading and writing, and made in that way when it is not there.
  Result<File> open_or_create(const std::string& name, const std::string& like) const;
  // A whole small file; more than `limit` bytes is an Error::Code::corrupt.
  Result<std::string> read_file(const std::string& name, std::size_t limit) const;
  Result<Directory> open_directory(const std::string& name) const;
  Result<void> make_directory(const std::string& name) const;
  // Of the directory itself.
  Result<FileStatus> status() const;
  Result<void> take_access(const FileStatus& like) const;
  Result<std::vector<std::string>> list() const;  // Sorted.
  Result<std::optional<FileStatus>> status(const std::string& name) const;
  // Whether `name` still leads to this open file: nobody removed it or put another in its place.
  Result<bool> leads_to(const std::string& name, const File& file) const;
  // Whether the path by which this was opened still leads to this directory.
  Result<bool> is_in_place() const;
  // Whether a file that is there may be written to, by its mode, its device and its attributes.
  Result<bool> is_writable(const std::string& name) const;
  // Whether a directory that is there may be listed, by its mode.
  Result<bool> is_listable(const std::string& name) const;
  Result<void> rename(const std::string& from, const std::string& to) const;
  // Gives the file a second name, the same one in `target`. False, and nothing is done, where that
  // cannot be: on another device, too many names already, a file of somebody else.
  Result<bool> link(const std::string& name, const Directory& target) const;
  Result<void> remove_file(const std::string& name) const;
  Result<void> remove_directory(const std::string& name) const;
  // The names in this directory are on the device.
  Result<void> sync() const;
  // Replaces or makes `name`: a temporary file, synced, renamed over it, the directory synced.
  // After a crash there is the old content or the new. The new file has the access of the old one;
  // where there is none, that of `like` as for create_file(), or what the umask says.
  Result<void> replace_file(const std::string& name, std::string_view content,
                            const std::string& like = "") const;
  // Removes the temporary files of replacements of `name` whose processes died: nobody holds their
  // locks. What cannot be opened or removed stays.
  Result<void> remove_dead_temporaries(const std::string& name) const;

  // The name that errors use for something in this directory.
  std::string path_of(const std::string& name) const { return name_ + "/" + name; }

 private:
  struct Handle {
    System* system;
    int fd;
    ~Handle() { system->close(fd); }
  };

  Directory(System& system, int fd, std::string name)
      : handle_(new Handle{&system, fd}), name_(std::move(name)) {}

  Result<void> put_in_place(const std::string& name, std::string_view content,
                            const std::string& like) const;

  std::shared_ptr<Handle> handle_;
  std::string name_;
};

}  // namespace estream::io
