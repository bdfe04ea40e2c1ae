#include "tool/group/group_member.h"

#include <doctest/doctest.h>

#include "support/read_topics.h"

namespace estream::tool {

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t hour_ms = 3'600'000;

struct Group {
  io::MemorySystem system;
  TestTopic topic = TestTopic(system, "orders", 2);
  std::vector<read::PartitionPlace> places = {topic.source(0), topic.source(1)};

  GroupMember join(const GroupOptions& options) {
    auto member = GroupMember::join(options, places, [](const auto&) { return Offset{0}; });
    if (!member) FAIL(member.error().message);
    return *std::move(member);
  }
};

GroupOptions options_of(const std::string& member, std::int64_t rejoin_grace_ns = 0) {
  GroupOptions options;
  options.name = "g";
  options.member = member;
  options.rejoin_grace_ns = rejoin_grace_ns;
  return options;
}

}  // namespace

TEST_CASE("the wait for a member that has a name goes by the monotonic clock") {
  for (const std::int64_t turn_ms : {hour_ms, -hour_ms}) {
    CAPTURE(turn_ms);
    Group group;
    const GroupOptions ann = options_of("ann");
    {
      GroupMember member = group.join(ann);
      REQUIRE(*member.balance());
      CHECK(member.owned().size() == 2);
      REQUIRE(member.release());
    }
    const GroupOptions bob = options_of("bob", 10 * second_ns);
    GroupMember member = group.join(bob);
    CHECK(!*member.balance());
    group.system.turn_wall_clock(turn_ms);
    group.system.sleep_ns(10 * second_ns - 1);
    CHECK(!*member.balance());
    CHECK(member.owned().empty());
    group.system.sleep_ns(1);
    CHECK(*member.balance());
    CHECK(member.owned().size() == 2);
  }
}

}  // namespace estream::tool
