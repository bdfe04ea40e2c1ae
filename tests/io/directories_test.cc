#include "io/directories.h"

#include <doctest/doctest.h>

#include <cerrno>

#include "support/memory_system.h"

using namespace estream;
using namespace estream::io;

using Call = MemorySystem::Call;
using Loss = MemorySystem::Loss;

TEST_CASE("directories are made as far as they are missing") {
  MemorySystem system;
  REQUIRE(make_directories(system, "a/b"));
  REQUIRE(make_directories(system, "a/b/c"));
  REQUIRE(make_directories(system, "a/b/c"));
  CHECK(system.exists("a/b/c"));
}

TEST_CASE("the first directory that cannot be made tells why") {
  MemorySystem system;
  REQUIRE(make_directories(system, "a"));
  system.fail(Call::make_directory, 1, EROFS, MemorySystem::forever, "a/b");
  const auto made = make_directories(system, "a/b/c");
  REQUIRE(!made);
  CHECK(made.error().message.starts_with("a/b: cannot make the directory: Read-only"));
}

TEST_CASE("names are on the device, whoever made the directories") {
  MemorySystem system;
  REQUIRE(make_directories(system, "a/b/c"));
  system.kill();
  REQUIRE(sync_directories(system, "a/b/c"));
  system.crash(Loss::all_unsynced);
  CHECK(system.exists("a/b/c"));
}

TEST_CASE("a directory that cannot be synced is an error, one that may not be read is left out") {
  MemorySystem system;
  REQUIRE(make_directories(system, "a/b"));
  system.fail(Call::sync, 2, EIO);
  const auto synced = sync_directories(system, "a/b");
  REQUIRE(!synced);
  CHECK(synced.error().message == "a/: cannot sync: Input/output error");
  system.fail(Call::open, 1, EACCES);
  CHECK(sync_directories(system, "a/b"));
  system.fail(Call::open, 1, EMFILE);
  CHECK(!sync_directories(system, "a/b"));
  CHECK(system.open_descriptors() == 0);
}
