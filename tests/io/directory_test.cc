#include "io/directory.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "io/posix_system.h"
#include "support/memory_system.h"
#include "support/temporary_directory.h"

using namespace estream;
using io::MemorySystem;
using io::OpenMode;

namespace {

io::Directory opened(io::System& system, const std::string& path) {
  auto directory = io::Directory::open(system, path);
  REQUIRE(directory);
  return *std::move(directory);
}

std::string refusal(const io::Directory& directory, const std::string& name, OpenMode mode) {
  const auto file = directory.open_file(name, mode);
  return file ? "opened" : file.error().message;
}

}  // namespace

TEST_CASE("symbolic links inside a log are refused, wherever they lead") {
  io::PosixSystem system;
  const TemporaryDirectory temporary;
  std::ofstream(temporary / "file") << "x";
  std::filesystem::create_symlink("file", temporary / "link");
  std::filesystem::create_symlink("nowhere", temporary / "broken");
  std::filesystem::create_directory(temporary / "directory");
  std::filesystem::create_symlink("directory", temporary / "directory-link");
  const io::Directory directory = opened(system, temporary.path());
  for (const OpenMode mode : {OpenMode::read, OpenMode::read_write, OpenMode::create_or_open}) {
    CHECK(refusal(directory, "file", mode) == "opened");
    for (const std::string name : {"link", "broken"}) {
      CHECK(refusal(directory, name, mode) ==
            temporary / name + ": is a symbolic link; links inside a log are not followed");
    }
  }
  CHECK(!std::filesystem::exists(temporary / "nowhere"));
  CHECK(directory.open_directory("directory"));
  const auto linked = directory.open_directory("directory-link");
  REQUIRE(!linked);
  CHECK(linked.error().code == Error::Code::io);
  CHECK(linked.error().message.ends_with("links inside a log are not followed"));
}

TEST_CASE("the path that the user typed may be a symbolic link") {
  io::PosixSystem system;
  const TemporaryDirectory temporary;
  std::filesystem::create_directory(temporary / "directory");
  std::filesystem::create_symlink("directory", temporary / "link");
  CHECK(io::Directory::open(system, temporary / "link"));
}

TEST_CASE("a FIFO in place of a file is refused and does not block") {
  io::PosixSystem system;
  const TemporaryDirectory temporary;
  REQUIRE(::mkfifo((temporary / "fifo").c_str(), 0600) == 0);
  const io::Directory directory = opened(system, temporary.path());
  for (const OpenMode mode : {OpenMode::read, OpenMode::read_write, OpenMode::create_or_open}) {
    CHECK(refusal(directory, "fifo", mode) == temporary / "fifo" + ": is not a regular file");
  }
}

TEST_CASE("a directory in place of a file and a file in place of a directory are refused") {
  io::PosixSystem system;
  const TemporaryDirectory temporary;
  std::filesystem::create_directory(temporary / "directory");
  std::ofstream(temporary / "file") << "x";
  const io::Directory directory = opened(system, temporary.path());
  CHECK(refusal(directory, "directory", OpenMode::read) ==
        temporary / "directory" + ": is not a regular file");
  CHECK(refusal(directory, "directory", OpenMode::read_write) != "opened");
  CHECK(!directory.open_directory("file"));
  CHECK(!io::Directory::open(system, temporary / "file"));
}

TEST_CASE("names are listed in order, without the dots") {
  io::PosixSystem system;
  const TemporaryDirectory temporary;
  for (const std::string name : {"b", "a", ".hidden", "c"}) std::ofstream(temporary / name) << "x";
  const io::Directory directory = opened(system, temporary.path());
  const std::vector<std::string> expected = {".hidden", "a", "b", "c"};
  CHECK(*directory.list() == expected);
  CHECK(*directory.list() == expected);
}

TEST_CASE("making what is there and opening what is not have codes of their own") {
  MemorySystem system;
  const io::Directory directory = opened(system, "/");
  REQUIRE(directory.open_file("f", OpenMode::create_exclusive));
  REQUIRE(directory.make_directory("d"));
  CHECK(directory.open_file("f", OpenMode::create_exclusive).error().code == Error::Code::exists);
  CHECK(directory.make_directory("d").error().code == Error::Code::exists);
  CHECK(directory.open_file("g", OpenMode::read).error().code == Error::Code::not_found);
  CHECK(directory.open_directory("e").error().code == Error::Code::not_found);
  CHECK(!directory.status("g")->has_value());
  CHECK(directory.status("f")->has_value());
}

TEST_CASE("an interrupted open is tried again") {
  MemorySystem system;
  const io::Directory directory = opened(system, "/");
  system.fail(MemorySystem::Call::open, 1, EINTR, 3);
  CHECK(directory.open_file("f", OpenMode::create_or_open));
}

TEST_CASE("a small file is read whole, and a larger one is refused") {
  MemorySystem system;
  system.set_content("f", "0123456789");
  const io::Directory directory = opened(system, "/");
  system.limit_transfers(3);
  CHECK(*directory.read_file("f", 10) == "0123456789");
  const auto refused = directory.read_file("f", 9);
  REQUIRE(!refused);
  CHECK(refused.error().code == Error::Code::corrupt);
}

TEST_CASE("replace_file leaves the old content or the new at whatever change the process dies") {
  for (const auto loss : {MemorySystem::Loss::all_unsynced, MemorySystem::Loss::nothing,
                          MemorySystem::Loss::random}) {
    bool is_over = false;
    for (std::int64_t n = 1; !is_over; n++) {
      CAPTURE(n);
      MemorySystem system;
      system.set_content("f", "old");
      system.die_at(n, MemorySystem::Death::within_write);
      const bool is_done = opened(system, "/").replace_file("f", "the new one").has_value();
      is_over = !system.is_dead();
      CHECK(is_done == is_over);
      system.crash(loss, static_cast<std::uint64_t>(n));
      const std::string content = system.content("f");
      CHECK((content == "the new one" || (content == "old" && !is_done)));
    }
  }
}

TEST_CASE("replace_file that fails leaves the old content and no temporary file") {
  using Call = MemorySystem::Call;
  for (const Call call : {Call::open, Call::write, Call::sync, Call::close, Call::rename}) {
    CAPTURE(static_cast<int>(call));
    MemorySystem system;
    system.set_content("f", "old");
    const io::Directory directory = opened(system, "/");
    system.fail(call, 1, EIO);
    CHECK(!directory.replace_file("f", "new"));
    CHECK(system.tree() == std::map<std::string, std::string>{{"f", "old"}});
    CHECK(system.open_descriptors() == 1);
  }
}

TEST_CASE("temporary files of the dead are removed, and those of the living stay") {
  MemorySystem system;
  const io::Directory directory = opened(system, "/");
  for (const char* name :
       {"f.tmp.0000000000000dea", "f.tmp.00000000000a11fe", "g.tmp.0000000000000dea", "f.tmpx",
        "f.tmp.mine", "f.tmp.0000000000000deaf", "f"}) {
    system.set_content(name, "x");
  }
  const auto alive = directory.open_file("f.tmp.00000000000a11fe", io::OpenMode::read_write);
  REQUIRE(system.try_lock(alive->fd(), 0) == 0);
  REQUIRE(directory.remove_dead_temporaries("f"));
  CHECK(*directory.list() == std::vector<std::string>{"f", "f.tmp.0000000000000deaf",
                                                      "f.tmp.00000000000a11fe", "f.tmp.mine",
                                                      "f.tmpx", "g.tmp.0000000000000dea"});
}

TEST_CASE("a replacement holds its temporary file, and goes on when it loses it all the same") {
  struct Collected : MemorySystem {
    int thefts = 0;

    int fsync(int fd) override {
      REQUIRE(opened(*this, "/").remove_dead_temporaries("f"));
      return MemorySystem::fsync(fd);
    }
    int rename_at(int directory, const char* from, const char* to) override {
      if (thefts-- > 0) REQUIRE(opened(*this, "/").remove_dead_temporaries("f"));
      return MemorySystem::rename_at(directory, from, to);
    }
  };
  for (const int thefts : {0, 2, 3}) {
    CAPTURE(thefts);
    Collected system;
    system.set_content("f", "old");
    system.thefts = thefts;
    CHECK(opened(system, "/").replace_file("f", "new").has_value() == (thefts < 3));
    CHECK(system.tree() == std::map<std::string, std::string>{{"f", thefts < 3 ? "new" : "old"}});
  }
}

TEST_CASE("the descriptor of a directory is closed with the last copy") {
  MemorySystem system;
  {
    const io::Directory one = opened(system, "/");
    const io::Directory copy = one;
    CHECK(system.open_descriptors() == 1);
  }
  CHECK(system.open_descriptors() == 0);
}

TEST_CASE("a second name leads to the same file, in another directory") {
  io::PosixSystem system;
  const TemporaryDirectory temporary;
  std::filesystem::create_directory(temporary / "other");
  std::ofstream(temporary / "file") << "x";
  std::filesystem::create_symlink("file", temporary / "link");
  const io::Directory directory = opened(system, temporary.path());
  const io::Directory other = opened(system, temporary / "other");
  const auto linked = directory.link("file", other);
  REQUIRE(linked);
  CHECK(*linked);
  CHECK((*directory.status("file"))->inode == (*other.status("file"))->inode);
  CHECK(directory.link("file", other).error().code == Error::Code::exists);
  CHECK(directory.link("missing", other).error().code == Error::Code::not_found);
  CHECK(directory.link("link", other).error().message ==
        temporary / "link" + ": is not a regular file");
  CHECK(*other.list() == std::vector<std::string>{"file"});
}

TEST_CASE("whether a file may be written to is told without an error") {
  MemorySystem system;
  system.set_content("file", "x");
  const io::Directory directory = opened(system, "/");
  CHECK(*directory.is_writable("file"));
  for (const int error : {EROFS, EACCES, EPERM}) {
    system.fail(MemorySystem::Call::open, 1, error);
    CHECK(!*directory.is_writable("file"));
  }
  system.fail(MemorySystem::Call::open, 1, EIO);
  CHECK(!directory.is_writable("file"));
  CHECK(directory.is_writable("missing").error().code == Error::Code::not_found);
}
