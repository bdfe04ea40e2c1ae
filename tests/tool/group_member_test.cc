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

  Result<GroupMember> try_join(const GroupOptions& options, Sharing sharing) {
    return GroupMember::join(options, sharing, places,
                             [](const auto& place) { return Offset{place.partition}; });
  }
  GroupMember join(const GroupOptions& options, Sharing sharing = Sharing::each) {
    auto member = try_join(options, sharing);
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

TEST_CASE("one member has all partitions together, in one file, and the others stand by") {
  Group group;
  std::swap(group.places[0], group.places[1]);
  const GroupOptions ann_options = options_of("ann");
  GroupMember ann = group.join(ann_options, Sharing::together);
  REQUIRE(*ann.balance());
  REQUIRE(ann.owned().size() == 1);
  GroupMember::Owned& owned = ann.owned().front();
  CHECK(owned.claim.name().is_all());
  REQUIRE(owned.places.size() == 2);
  CHECK(owned.places[0].name == "orders/0");
  const group::PositionState& state = owned.claim.file().content().state;
  REQUIRE(state.sources.size() == 2);
  CHECK(state.sources[0].partition == 0);
  CHECK(state.sources[1].position == Offset{1});

  const GroupOptions bob_options = options_of("bob");
  GroupMember bob = group.join(bob_options, Sharing::together);
  CHECK(!*bob.balance());
  CHECK(bob.owned().empty());
  REQUIRE(ann.release());
  CHECK(*bob.balance());
  CHECK(bob.owned().size() == 1);

  GroupOptions exclusive = options_of("eve");
  exclusive.is_exclusive = true;
  GroupMember eve = group.join(exclusive, Sharing::together);
  const auto refused = eve.balance();
  REQUIRE(!refused);
  CHECK(refused.error().code == Error::Code::busy);
}

TEST_CASE("a group does not change how it shares, and not what it reads together") {
  for (const Sharing first : {Sharing::each, Sharing::together}) {
    CAPTURE(static_cast<int>(first));
    Group group;
    const GroupOptions options = options_of("ann");
    const GroupOptions late_options = options_of("bob");
    const GroupOptions last_options = options_of("eve");
    const Sharing other = first == Sharing::each ? Sharing::together : Sharing::each;
    GroupMember late = group.join(late_options, other);
    GroupMember member = group.join(options, first);
    REQUIRE(*member.balance());
    REQUIRE(member.release());
    const auto refused = group.try_join(last_options, other);
    REQUIRE(!refused);
    CHECK(refused.error().code == Error::Code::usage);
    // One that came before the first file was there does not begin either.
    CHECK(!late.balance());
    CHECK(late.owned().empty());
  }
  Group group;
  {
    const GroupOptions options = options_of("ann");
    GroupMember member = group.join(options, Sharing::together);
    REQUIRE(*member.balance());
    REQUIRE(member.release());
  }
  group.places.pop_back();
  const GroupOptions options = options_of("bob");
  GroupMember member = group.join(options, Sharing::together);
  const auto refused = member.balance();
  REQUIRE(!refused);
  CHECK(refused.error().code == Error::Code::usage);
  CHECK(refused.error().message.find("was made for other partitions") != std::string::npos);
}

}  // namespace estream::tool
