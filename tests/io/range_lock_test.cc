#include "io/range_lock.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <optional>

#include "io/directory.h"
#include "support/memory_system.h"

using namespace estream;

namespace {

struct LockFile {
  io::MemorySystem system;
  io::File one = open();
  io::File other = open();

  // A wait that does not end is an error.
  LockFile() { system.limit_calls(100'000); }

  io::File open() {
    auto directory = io::Directory::open(system, "/");
    auto file = directory->open_file("lock", io::OpenMode::create_or_open);
    REQUIRE(file);
    return *std::move(file);
  }
};

constexpr std::int64_t second = 1'000'000'000;

}  // namespace

TEST_CASE("a byte is locked for as long as the lock lives") {
  LockFile lock;
  {
    const auto held = io::RangeLock::acquire(lock.one, 0, 0);
    REQUIRE(held);
    CHECK(!io::RangeLock::acquire(lock.other, 0, 0));
  }
  CHECK(io::RangeLock::acquire(lock.other, 0, 0));
}

TEST_CASE("the bytes of a file are locked apart") {
  LockFile lock;
  const auto append = io::RangeLock::acquire(lock.one, 0, 0);
  const auto maintenance = io::RangeLock::acquire(lock.other, 1, 0);
  CHECK(append);
  CHECK(maintenance);
}

TEST_CASE("waiting ends at the deadline and says that somebody holds the lock") {
  LockFile lock;
  const auto held = io::RangeLock::acquire(lock.one, 0, 0);
  const std::int64_t before = lock.system.monotonic_ns();
  const auto refused = io::RangeLock::acquire(lock.other, 0, 3 * second);
  const std::int64_t waited = lock.system.monotonic_ns() - before;
  REQUIRE(!refused);
  CHECK(refused.error().code == Error::Code::busy);
  CHECK(refused.error().message.starts_with("//lock: is held by another process"));
  CHECK(waited >= 3 * second);
  CHECK(waited < 3 * second + second / 100);
}

TEST_CASE("a lock that was moved is released once, by its last owner") {
  LockFile lock;
  std::optional<io::RangeLock> kept;
  {
    auto held = io::RangeLock::acquire(lock.one, 0, 0);
    REQUIRE(held);
    kept.emplace(*std::move(held));
  }
  CHECK(!io::RangeLock::acquire(lock.other, 0, 0));
  kept.reset();
  CHECK(io::RangeLock::acquire(lock.other, 0, 0));
}

TEST_CASE("an interruption is tried again, and any other refusal is an error") {
  LockFile lock;
  lock.system.fail(io::MemorySystem::Call::lock, 1, EINTR);
  CHECK(io::RangeLock::acquire(lock.one, 0, second));
  lock.system.fail(io::MemorySystem::Call::lock, 1, ENOLCK);
  const auto refused = io::RangeLock::acquire(lock.one, 0, second);
  REQUIRE(!refused);
  CHECK(refused.error().code == Error::Code::io);
}

TEST_CASE("no time to wait is too long") {
  LockFile lock;
  CHECK(io::RangeLock::acquire(lock.one, 0, INT64_MAX));
}

TEST_CASE("the lock of a dead process is free") {
  LockFile lock;
  auto* leaked = new Result<io::RangeLock>(io::RangeLock::acquire(lock.one, 0, 0));
  REQUIRE(*leaked);
  lock.system.kill();
  const io::File again = lock.open();
  CHECK(io::RangeLock::acquire(again, 0, 0));
  delete leaked;
}
