#include "group/producer_directory.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "group/position_claim.h"
#include "support/memory_system.h"

namespace estream::group {

namespace {

PositionState state_of(const std::string& name) {
  PositionState state;
  state.group = name;
  state.member = "m";
  state.input = InputPosition{"7", "7"};
  return state;
}

}  // namespace

TEST_CASE("the producers of a topic are the position files of its directory") {
  io::MemorySystem system;
  REQUIRE(system.make_directory_at(system.current_directory(), "t", 0777) == 0);
  const auto topic = io::Directory::open(system, "t");
  REQUIRE(topic);
  CHECK(!*find_producers(*topic));
  const auto producers = make_producers(*topic);
  REQUIRE(producers);
  CHECK(list_producers(*producers)->empty());
  for (const char* name : {"pg2", "pg1"}) {
    const auto claim = PositionClaim::take(*producers, name, state_of(name));
    REQUIRE(claim);
    CHECK(*claim);
    CHECK(*is_owned(*producers, name));
    CHECK(!*PositionClaim::take(*producers, name, state_of(name)));
  }
  CHECK(!*is_owned(*producers, "pg1"));
  // What a process left that died while it made a file.
  system.set_content("t/.producers/pg3.tmp.0123456789abcdef", "");
  system.set_content("t/.producers/.hidden", "");
  CHECK(*list_producers(*producers) == std::vector<std::string>{"pg1", "pg2"});
  REQUIRE(*find_producers(*topic));
  CHECK(*list_producers(**find_producers(*topic)) == std::vector<std::string>{"pg1", "pg2"});
  // A file of another one, or of a group.
  const auto other = PositionClaim::take(*producers, "pg1", state_of("pg2"));
  REQUIRE(!other);
  CHECK(other.error().code == Error::Code::corrupt);
  PositionState group = state_of("pg1");
  group.input.reset();
  CHECK(!PositionClaim::take(*producers, "pg1", group));
}

TEST_CASE("the directory of producers is durable before a position is in it") {
  io::MemorySystem system;
  REQUIRE(system.make_directory_at(system.current_directory(), "t", 0777) == 0);
  system.crash(io::MemorySystem::Loss::nothing);
  {
    const auto topic = io::Directory::open(system, "t");
    REQUIRE(topic);
    // Somebody who died before the sync.
    REQUIRE(topic->make_directory(".producers"));
    const auto producers = make_producers(*topic);
    REQUIRE(producers);
    REQUIRE(PositionClaim::take(*producers, "pg1", state_of("pg1")));
  }
  system.crash(io::MemorySystem::Loss::all_unsynced);
  CHECK(system.exists("t/.producers/pg1"));
}

TEST_CASE("a producer's name is not that of another file") {
  for (const char* name : {"pg1", "a.b-c_d", "x.lock.y", "lock", "a.tmp"}) {
    CHECK(check_producer_name(name));
  }
  for (const char* name :
       {"", ".", "..", ".atomic-1", "a/b", "pg1.lock", "pg1.tmp.0123456789abcdef"}) {
    CAPTURE(name);
    const auto checked = check_producer_name(name);
    REQUIRE(!checked);
    CHECK(checked.error().code == Error::Code::usage);
  }
}

}  // namespace estream::group
