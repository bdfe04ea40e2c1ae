#include <doctest/doctest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "io/posix_system.h"
#include "io/temporary_file.h"
#include "log/create.h"
#include "support/compaction.h"
#include "support/partition.h"
#include "support/temporary_directory.h"

// Whose the files of a partition are, and who may do what with them.

using namespace estream;
using namespace estream::log;

namespace {

io::FileStatus status_of(const io::Directory& directory, const std::string& name) {
  const auto status = directory.status(name);
  REQUIRE(status);
  REQUIRE_MESSAGE(status->has_value(), name);
  return **status;
}

// Gives all files of the partition this owner and mode.
void give_all(const io::Directory& directory, std::uint32_t user, unsigned mode) {
  const auto names = directory.list();
  REQUIRE(names);
  for (const std::string& name : *names) {
    const auto file = directory.open_file(name, io::OpenMode::read_write);
    REQUIRE(file);
    REQUIRE(directory.system().change_owner(file->fd(), user, user) == 0);
    REQUIRE(directory.system().change_mode(file->fd(), mode) == 0);
  }
}

void check_all(const io::Directory& directory, std::uint32_t user, unsigned mode) {
  const auto names = directory.list();
  REQUIRE(names);
  for (const std::string& name : *names) {
    const io::FileStatus status = status_of(directory, name);
    CHECK_MESSAGE(status.owner == user, name);
    CHECK_MESSAGE(status.group == user, name);
    CHECK_MESSAGE((status.mode & ~mode) == 0, name << " is wider");
  }
}

}  // namespace

TEST_CASE("what root's runs leave belongs to whom the topic belongs, and is open to nobody else") {
  TestPartition partition;
  for (const char* key : {"a", "b", "a"}) {
    append_keyed(*partition.writer({.sync_level = SyncLevel::batch}), {{key, "1"}});
    seal(partition);
  }
  give_all(partition.directory(), 7, 0600);
  // Compaction, a roll, an index and a commit file that are made again, and a recovery.
  compacted(partition, {});
  seal(partition);
  append_keyed(*partition.writer({.sync_level = SyncLevel::batch}), {{"c", "1"}});
  seal(partition);
  check_all(partition.directory(), 7, 0600);
  REQUIRE(partition.directory().remove_file("00000000000000000000.index"));
  REQUIRE(partition.directory().remove_file(commit_file_name));
  REQUIRE(partition.directory().remove_file(epochs_file_name));
  partition.system.set_content("p/00000000000000000004.log", "half a batch");
  append_keyed(*partition.writer({.sync_level = SyncLevel::batch}), {{"d", "1"}});
  const auto cell = partition.directory().open_directory(quarantine_name);
  REQUIRE(cell);
  check_all(*cell, 7, 0600);
}

TEST_CASE("a file that replaces another one keeps its access; where it cannot, nobody gets more") {
  io::MemorySystem system;
  REQUIRE(system.make_directory_at(system.current_directory(), "d", 0777) == 0);
  const auto directory = io::Directory::open(system, "d");
  REQUIRE(directory);
  REQUIRE(directory->replace_file("f", "1"));
  give_all(*directory, 7, 0660);
  REQUIRE(directory->replace_file("f", "2"));
  check_all(*directory, 7, 0660);
  CHECK(status_of(*directory, "f").mode == 0660);
  // User 8 cannot give the file to user 7, nor to that group.
  system.act_as(8);
  REQUIRE(directory->replace_file("f", "3"));
  CHECK(status_of(*directory, "f").owner == 8);
  CHECK(status_of(*directory, "f").mode == 0600);
}

TEST_CASE("new files follow the directory, not the umask") {
  const TemporaryDirectory temporary;
  io::PosixSystem system;
  for (const unsigned mode : {0700U, 0750U, 0755U, 02770U, 02775U}) {
    const std::string path = temporary / ("p" + std::to_string(mode));
    REQUIRE(::mkdir(path.c_str(), 0700) == 0);
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    const auto directory = io::Directory::open(system, path);
    REQUIRE(directory);
    for (const unsigned mask : {0077U, 0002U}) {
      const mode_t before = ::umask(mask);
      const std::string name = "f" + std::to_string(mask);
      const auto made = directory->create_file(name, ".");
      ::umask(before);
      REQUIRE(made);
      CHECK(status_of(*directory, name).mode == (mode & 0666));
    }
  }
}

TEST_CASE("nobody but those who may write can open the lock") {
  const TemporaryDirectory temporary;
  io::PosixSystem system;
  for (const auto& [mode, lock_mode] :
       {std::pair(0755U, 0600U), std::pair(0775U, 0660U), std::pair(0700U, 0600U)}) {
    REQUIRE(::chmod(temporary.path().c_str(), mode) == 0);
    const auto directory = io::Directory::open(system, temporary.path());
    REQUIRE(directory);
    REQUIRE(open_lock(*directory));
    CHECK(status_of(*directory, lock_file_name).mode == lock_mode);
    // One that an older version made.
    REQUIRE(::chmod((temporary / lock_file_name).c_str(), 0666) == 0);
    REQUIRE(open_lock(*directory));
    CHECK(status_of(*directory, lock_file_name).mode == lock_mode);
    REQUIRE(directory->remove_file(lock_file_name));
  }
}

TEST_CASE("no file that has another name elsewhere is written to") {
  const TemporaryDirectory temporary;
  io::PosixSystem system;
  const std::string path = temporary / "p";
  REQUIRE(::mkdir(path.c_str(), 0755) == 0);
  const auto directory = io::Directory::open(system, path);
  REQUIRE(directory);
  REQUIRE(create_partition(*directory));
  const auto write = [&](const char* value) {
    const auto writer = PartitionWriter::open(*directory, {.sync_level = SyncLevel::batch});
    if (!writer) FAIL(writer.error().message);
    append(**writer, {value});
  };
  write("a");
  const auto content = [](const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  std::map<std::string, std::string> before;
  for (const char* name : {"00000000000000000000.log", "00000000000000000000.index",
                           "00000000000000000000.timeindex", "commit"}) {
    std::filesystem::create_hard_link(path + "/" + name, temporary / name);
    before[name] = content(temporary / name);
  }
  write("b");
  for (const auto& file : before) {
    const auto& [name, bytes] = file;
    CAPTURE(file.first);
    CHECK(content(temporary / name) == bytes);
    CHECK(status_of(*directory, name).link_count == 1);
  }
  CHECK(*read_all(*directory) == records(0, {"a", "b"}));
}

TEST_CASE("a temporary file is its user's alone, whatever the umask") {
  const TemporaryDirectory temporary;
  io::PosixSystem system;
  const mode_t before = ::umask(0);
  const auto file = io::open_temporary_file(system, temporary.path());
  ::umask(before);
  REQUIRE(file);
  const auto status = file->status();
  REQUIRE(status);
  CHECK(status->mode == 0600);
}
