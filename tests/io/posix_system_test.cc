#include "io/posix_system.h"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>
#include <array>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <thread>

#include "io/directory.h"
#include "io/range_lock.h"
#include "io/watch_events.h"
#include "support/temporary_directory.h"

using namespace estream;

TEST_CASE("two openings of one file exclude each other within one process") {
  io::PosixSystem system;
  const TemporaryDirectory temporary;
  const auto directory = io::Directory::open(system, temporary.path());
  const auto one = directory->open_file("lock", io::OpenMode::create_or_open);
  const auto other = directory->open_file("lock", io::OpenMode::create_or_open);
  const auto held = io::RangeLock::acquire(*one, 0, 0);
  REQUIRE(held);
  const auto refused = io::RangeLock::acquire(*other, 0, 1'000'000);
  REQUIRE(!refused);
  CHECK(refused.error().code == Error::Code::busy);
  CHECK(io::RangeLock::acquire(*other, 1, 0));
}

TEST_CASE("every descriptor is closed when another program is started") {
  io::PosixSystem system;
  const TemporaryDirectory temporary;
  const auto directory = io::Directory::open(system, temporary.path());
  const auto file = directory->open_file("f", io::OpenMode::create_or_open);
  const int watch = system.watch_open();
  for (const int fd : {directory->fd(), file->fd(), watch}) {
    CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
  }
  system.close(watch);
}

TEST_CASE("a status tells files, directories and the rest apart") {
  io::PosixSystem system;
  const TemporaryDirectory temporary;
  std::ofstream(temporary / "file") << "abc";
  std::filesystem::create_symlink("file", temporary / "link");
  std::filesystem::create_hard_link(temporary / "file", temporary / "twin");
  const auto directory = io::Directory::open(system, temporary.path());
  using Kind = io::FileStatus::Kind;
  const auto file = *directory->status("file");
  CHECK(file->kind == Kind::regular);
  CHECK(file->size_bytes == 3);
  CHECK(file->link_count == 2);
  CHECK(file->inode == (*directory->status("twin"))->inode);
  CHECK((*directory->status("link"))->kind == Kind::link);
  CHECK((*directory->status("."))->kind == Kind::directory);
}

// As compaction does. Fails in a moment on tmpfs where a directory is read once: a list of so many
// names takes more than one call.
TEST_CASE("a list has every name once although files are renamed over meanwhile") {
  constexpr std::size_t names_count = 1500;
  const bool has_tmpfs = ::access("/dev/shm", W_OK) == 0;
  const TemporaryDirectory temporary(has_tmpfs ? "/dev/shm"
                                               : std::filesystem::temp_directory_path());
  const auto name_of = [&](std::size_t i) { return temporary / "segment-" + std::to_string(i); };
  for (std::size_t i = 0; i < names_count; i++) std::ofstream(name_of(i)) << i;
  std::atomic<bool> is_over = false;
  std::thread renaming([&] {
    for (std::size_t i = 0; !is_over; i = (i + 1) % names_count) {
      std::ofstream(temporary / ".new") << i;
      std::filesystem::rename(temporary / ".new", name_of(i));
    }
  });
  io::PosixSystem system;
  const auto directory = io::Directory::open(system, temporary.path());
  std::size_t wrong = 0;
  for (int i = 0; i < 400; i++) {
    auto names = directory->list();
    if (names) std::erase(*names, ".new");
    wrong += names && names->size() == names_count ? 0 : 1;
  }
  is_over = true;
  renaming.join();
  CHECK(wrong == 0);
}

TEST_CASE("a watched file that is written to makes the watch readable") {
  io::PosixSystem system;
  const TemporaryDirectory temporary;
  const auto directory = io::Directory::open(system, temporary.path());
  auto file = directory->open_file("commit", io::OpenMode::create_or_open);
  const int watch = system.watch_open();
  REQUIRE(system.watch_add(watch, directory->fd(), "commit", io::WatchFor::change) >= 0);
  std::vector<io::PollEntry> wait = {{.fd = watch}};
  CHECK(system.poll(wait, 0) == 0);
  REQUIRE(file->write_at(0, as_bytes("x")));
  CHECK(system.poll(wait, 1000) == 1);
  CHECK(wait[0].is_ready);
  system.close(watch);
}

TEST_CASE("events tell which watch they are of") {
  io::PosixSystem system;
  const TemporaryDirectory temporary;
  const auto directory = io::Directory::open(system, temporary.path());
  auto file = directory->open_file("commit", io::OpenMode::create_or_open);
  const int events = system.watch_open();
  const int names = system.watch_add(events, directory->fd(), ".", io::WatchFor::names);
  REQUIRE(system.watch_add(events, directory->fd(), "commit", io::WatchFor::nothing) >= 0);
  REQUIRE(file->write_at(0, as_bytes("x")));
  std::vector<io::PollEntry> wait = {{.fd = events}};
  CHECK(system.poll(wait, 0) == 0);
  const int changes = system.watch_add(events, directory->fd(), "commit", io::WatchFor::change);
  REQUIRE(file->write_at(0, as_bytes("y")));
  REQUIRE(directory->make_directory("a name that is longer than an event"));
  REQUIRE(file->write_at(0, as_bytes("z")));
  std::array<std::byte, 4096> bytes = {};
  const std::int64_t count = system.read(events, bytes);
  REQUIRE(count > 0);
  const Bytes read = Bytes(bytes).first(static_cast<std::size_t>(count));
  CHECK(io::watches_of(read) == std::vector<int>{changes, names, changes});
  CHECK(io::watches_of(read.first(read.size() - 1)).size() == 2);
  system.close(events);
}

TEST_CASE("the boot has an id, and it stays the same") {
  io::PosixSystem system;
  REQUIRE(system.boot_id().has_value());
  CHECK(system.boot_id() == system.boot_id());
  CHECK(*system.boot_id() != io::BootId{});
}
