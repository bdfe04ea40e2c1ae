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
  create_or_open,    // Read and write; an empty file is made if it does not exist.
  create_exclusive,  // Read and write; Error::Code::exists if it exists.
};

// An open directory. Everything below it is opened by its name, relative to the descriptor.
// Symbolic links are refused, and so is everything that is not a regular file (a FIFO would block
// for ever). So nobody can change a path meanwhile to lead outside. Only open_linked_directory()
// follows a link. Copies share the descriptor.
class Directory {
 public:
  Directory() = default;

  // Only this function follows a path as the user typed it, links included.
  static Result<Directory> open(System& system, const std::string& path);

  const std::string& name() const { return name_; }
  System& system() const { return *handle_->system; }
  int fd() const { return handle_->fd; }

  // A new file gets mode 0666 less the umask, a new directory 0777 less the umask.
  Result<File> open_file(const std::string& name, OpenMode mode) const;
  // A new file that gets the owner, group and permissions (File::take_access) of the file `like` in
  // this directory. If there is no such file, or for ".", it gets those of the directory itself.
  Result<File> create_file(const std::string& name, const std::string& like) const;
  // Opens the file for reading and writing. If it does not exist, makes it as create_file() does.
  Result<File> open_or_create(const std::string& name, const std::string& like) const;
  // The whole content of a small file; Error::Code::corrupt if it has more than `limit` bytes.
  Result<std::string> read_file(const std::string& name, std::size_t limit) const;
  Result<Directory> open_directory(const std::string& name) const;
  // The same if `name` is a symbolic link, which the caller has found to be trusted.
  Result<Directory> open_linked_directory(const std::string& name) const;
  Result<void> make_directory(const std::string& name) const;
  // The status of the directory itself.
  Result<FileStatus> status() const;
  // As System::file_system_type().
  Result<std::uint32_t> file_system_type() const;
  Result<void> take_access(const FileStatus& like) const;
  Result<std::vector<std::string>> list() const;  // Sorted.
  Result<std::optional<FileStatus>> status(const std::string& name) const;
  // Whether `name` still leads to this open file. It does not when the file was removed or
  // replaced.
  Result<bool> leads_to(const std::string& name, const File& file) const;
  // Whether the path by which this was opened still leads to this directory.
  Result<bool> is_in_place() const;
  // Whether an existing file may be written to, by its mode, its device and its attributes.
  Result<bool> is_writable(const std::string& name) const;
  // Whether an existing directory may be listed, by its mode.
  Result<bool> is_listable(const std::string& name) const;
  Result<void> rename(const std::string& from, const std::string& to) const;
  // Gives the file a second name in `target`, which is the same name. False, and no change, if this
  // is not possible: another device, too many names, or a file of another user.
  Result<bool> link(const std::string& name, const Directory& target) const;
  Result<void> remove_file(const std::string& name) const;
  Result<void> remove_directory(const std::string& name) const;
  // Syncs the names in this directory.
  Result<void> sync() const;
  // Replaces or makes the file `name`. Writes a temporary file, syncs it, renames it to `name`, and
  // syncs the directory. After a crash there is the old content or the new content. The new file
  // gets the owner, group and permissions of the old one. If there is no old one, it gets those of
  // `like`, as in create_file(), or those of the umask.
  Result<void> replace_file(const std::string& name, std::string_view content,
                            const std::string& like = "") const;
  // Removes the temporary files for `name` of processes that died: nobody holds their locks. Files
  // that cannot be opened or removed stay.
  Result<void> remove_dead_temporaries(const std::string& name) const;

  // The name that errors use for an entry of this directory.
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
