#include "group/members.h"

#include <doctest/doctest.h>

#include <cerrno>

#include "group/group_directory.h"
#include "group/partition_claim.h"
#include "group/samples.h"
#include "support/memory_system.h"

namespace estream::group {

namespace {

struct Group {
  io::MemorySystem system;
  io::Directory directory;

  Group() {
    system.make_directory_at(system.current_directory(), "log", 0777);
    directory = *make_group(*io::Directory::open(system, "log"), "g");
  }
  Membership join(std::optional<std::string> name = {}) {
    system.sleep_ns(1'000'000);
    auto member = Membership::join(directory, name, {"orders"});
    if (!member) FAIL(member.error().message);
    return *std::move(member);
  }
  std::vector<std::string> names() { return *directory.open_directory(members_name)->list(); }
};

std::vector<std::string> ids_of(const Membership& membership) {
  std::vector<std::string> ids;
  const auto members = membership.alive();
  REQUIRE(members);
  for (const Member& member : *members) ids.push_back(member.id);
  return ids;
}

}  // namespace

TEST_CASE("members see each other, the oldest first, and are gone when they leave") {
  Group group;
  const Membership named = group.join("zoe");
  {
    const Membership second = group.join();
    CHECK(ids_of(named) == std::vector{named.id(), second.id()});
    CHECK(ids_of(second) == ids_of(named));
    CHECK(second.alive()->front().topics == std::vector<std::string>{"orders"});
  }
  CHECK(ids_of(named) == std::vector{named.id()});
  CHECK(group.names() == std::vector<std::string>{"zoe"});
}

TEST_CASE("the file of a member that died is removed, and its name may be used again") {
  Group group;
  group.system.set_content("log/.groups/g/members/dead", "{}");
  const Membership member = group.join("one");
  CHECK(ids_of(member) == std::vector<std::string>{"one"});
  CHECK(group.names() == std::vector<std::string>{"one"});
  group.system.set_content("log/.groups/g/members/two", "");
  const Membership second = group.join("two");
  CHECK(ids_of(member) == std::vector<std::string>{"one", "two"});
  const auto twin = Membership::join(group.directory, "two", {});
  REQUIRE(!twin);
  CHECK(twin.error().code == Error::Code::busy);
}

// By the wall clock, the second one would be the older one.
TEST_CASE("a jump of the wall clock changes no seniority") {
  Group group;
  const Membership first = group.join();
  group.system.turn_wall_clock(-3'600'000);
  const Membership second = group.join();
  group.system.turn_wall_clock(7'200'000);
  const Membership third = group.join();
  CHECK(ids_of(first) == std::vector{first.id(), second.id(), third.id()});
  CHECK(ids_of(third) == ids_of(first));
}

TEST_CASE("a partition has one owner at a time, and each one begins a generation") {
  Group group;
  const PartitionName name = {"orders", 2};
  CHECK(!*is_owned(group.directory, name));
  {
    auto claim = PartitionClaim::take(group.directory, name, sample_state());
    REQUIRE(claim);
    REQUIRE(*claim);
    CHECK(*is_owned(group.directory, name));
    CHECK((*claim)->file().content().slot.generation == 1);
    const auto other = PartitionClaim::take(group.directory, name, sample_state());
    REQUIRE(other);
    CHECK(!*other);
    // Whoever waits for the lock would be told that a file that was open for writing is closed.
    group.system.fail(io::MemorySystem::Call::lock, 1, EIO);
    CHECK(PartitionClaim::take(group.directory, name, sample_state()));
    group.system.clear_faults();
  }
  CHECK(!*is_owned(group.directory, name));
  auto next = PartitionClaim::take(group.directory, name, sample_state());
  REQUIRE(next);
  REQUIRE(*next);
  CHECK((*next)->file().content().slot.generation == 2);
}

}  // namespace estream::group
