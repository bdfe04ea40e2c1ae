// The machine in memory that other tests trust: it must forget what a real one may forget.
#include "support/memory_system.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <set>

#include "io/directory.h"

using namespace estream;
using io::MemorySystem;

namespace {

io::Directory top(MemorySystem& system) { return *io::Directory::open(system, "/"); }

io::File make(MemorySystem& system, const std::string& name, std::string_view content) {
  auto file = top(system).open_file(name, io::OpenMode::create_exclusive);
  REQUIRE(file);
  REQUIRE(file->write_at(0, as_bytes(content)));
  return *std::move(file);
}

}  // namespace

TEST_CASE("a synced file without a synced name is lost with the power") {
  MemorySystem system;
  CHECK(make(system, "f", "abc").sync());
  system.crash(MemorySystem::Loss::all_unsynced);
  CHECK(!system.exists("f"));
}

TEST_CASE("a synced name without a synced content is an empty file") {
  MemorySystem system;
  make(system, "f", "abc");
  CHECK(top(system).sync());
  system.crash(MemorySystem::Loss::all_unsynced);
  CHECK(system.content("f") == "");
}

TEST_CASE("what was synced stays as it was synced") {
  MemorySystem system;
  {
    io::File file = make(system, "f", "abc");
    REQUIRE(file.sync());
    REQUIRE(top(system).sync());
    REQUIRE(file.write_at(1, as_bytes("XYZ")));
    REQUIRE(top(system).rename("f", "g"));
  }
  system.crash(MemorySystem::Loss::all_unsynced);
  CHECK(system.tree() == std::map<std::string, std::string>{{"f", "abc"}});
}

TEST_CASE("a loss of nothing keeps all, and is another boot") {
  MemorySystem system;
  const auto boot = system.boot_id();
  make(system, "f", "abc");
  system.crash(MemorySystem::Loss::nothing);
  CHECK(system.content("f") == "abc");
  CHECK(system.boot_id() != boot);
  CHECK(system.open_descriptors() == 0);
}

TEST_CASE("a random loss keeps beginnings, cut at sectors") {
  std::set<std::size_t> sizes;
  for (std::uint64_t seed = 0; seed < 300; seed++) {
    MemorySystem system;
    io::File file = make(system, "f", std::string(100, 'a'));
    REQUIRE(file.sync());
    REQUIRE(top(system).sync());
    REQUIRE(file.write_at(100, as_bytes(std::string(2000, 'b'))));
    REQUIRE(file.write_at(2100, as_bytes("c")));
    system.crash(MemorySystem::Loss::random, seed);
    sizes.insert(system.content("f").size());
  }
  CHECK(sizes == std::set<std::size_t>{100, 512, 1024, 1536, 2048, 2100, 2101});
}

TEST_CASE("a failed sync keeps nothing, and a second one lies") {
  MemorySystem system;
  io::File file = make(system, "f", "abc");
  REQUIRE(top(system).sync());
  system.fail(MemorySystem::Call::sync, 1, EIO);
  CHECK(!file.sync());
  CHECK(system.content("f") == "abc");
  CHECK(file.sync());
  CHECK(system.touched_after_failed_sync() == std::vector<std::string>{"sync of f"});
  system.crash(MemorySystem::Loss::all_unsynced);
  CHECK(system.content("f") == "");
}

TEST_CASE("a fault comes at its call, as often as planned, and to the files it is meant for") {
  MemorySystem system;
  system.fail(MemorySystem::Call::write, 2, ENOSPC, 2, "f");
  io::File file = make(system, "f", "1");
  io::File other = make(system, "other.", "1");
  CHECK(!file.write_at(1, as_bytes("2")));
  CHECK(other.write_at(1, as_bytes("2")));
  CHECK(!file.write_at(1, as_bytes("2")));
  CHECK(file.write_at(1, as_bytes("2")));
}

TEST_CASE("the dead change nothing any more, and a write may stop half-way") {
  MemorySystem system;
  io::File file = make(system, "f", "");
  system.die_at(2, MemorySystem::Death::within_write);
  CHECK(file.write_at(0, as_bytes("abcd")));
  CHECK(!file.write_at(4, as_bytes("efgh")));
  CHECK(system.is_dead());
  CHECK(!file.truncate(0));
  CHECK(!file.sync());
  system.kill();
  CHECK(system.content("f") == "abcdef");
}

TEST_CASE("a limit on transfers makes them short") {
  MemorySystem system;
  system.limit_transfers(3);
  const io::File file = make(system, "f", "0123456789");
  std::vector<std::byte> out(10);
  CHECK(system.pread(file.fd(), out, 0) == 3);
  CHECK(*file.read_at(0, out) == 10);
}
