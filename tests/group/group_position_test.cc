#include "group/group_position.h"

#include <doctest/doctest.h>

#include "group/position_file.h"
#include "group/position_state.h"
#include "group/samples.h"
#include "support/memory_system.h"

namespace estream::group {

namespace {

struct Fixture {
  io::MemorySystem system;
  io::Directory root;

  Fixture() {
    system.make_directory_at(system.current_directory(), "log", 0777);
    root = *io::Directory::open(system, "log");
    const auto directory = make_group(root, "enrich");
    REQUIRE(directory);
    REQUIRE(PositionFile::open(*directory, "orders-2", sample_state()));
  }

  Result<std::optional<SourcePosition>> find(const std::string& group, const PartitionName& name,
                                             const topic::TopicId& id = id_from(0)) {
    return find_position(root, group, name, id);
  }
};

}  // namespace

TEST_CASE("the position of a group in a partition is found") {
  Fixture fixture;
  const auto found = fixture.find("enrich", {"orders", 2});
  REQUIRE(found);
  REQUIRE(*found);
  CHECK(**found == sample_state().sources[0]);
  // A topic without an id may be any.
  CHECK(*fixture.find("enrich", {"orders", 2}, {}));
}

TEST_CASE("a position is found among those of all partitions together") {
  Fixture fixture;
  const io::Directory group = *make_group(fixture.root, "windows");
  PositionState state = sample_state();
  state.group = "windows";
  state.sources.push_back({"orders", id_from(0), 3, {20}, {20}, {7}, 0});
  REQUIRE(PositionFile::open(group, "all", state));
  for (const SourcePosition& source : state.sources) {
    const auto found = fixture.find("windows", {"orders", source.partition});
    REQUIRE(found);
    REQUIRE(*found);
    CHECK(**found == source);
  }
  CHECK(!*fixture.find("windows", {"orders", 4}));
  CHECK(!*fixture.find("windows", {"payments", 2}));
  CHECK(!fixture.find("windows", {"orders", 3}, id_from(1)));
}

TEST_CASE("no group, and no position of it there, is nothing") {
  Fixture fixture;
  for (const auto& found :
       {fixture.find("billing", {"orders", 2}), fixture.find("enrich", {"orders", 1}),
        fixture.find("enrich", {"payments", 2})}) {
    REQUIRE(found);
    CHECK(!*found);
  }
  io::MemorySystem empty;
  empty.make_directory_at(empty.current_directory(), "log", 0777);
  const auto found = find_position(*io::Directory::open(empty, "log"), "enrich", {"orders", 2}, {});
  REQUIRE(found);
  CHECK(!*found);
}

TEST_CASE("a position that is damaged, or of something else, is an error") {
  Fixture fixture;
  const auto fault = [&](const PartitionName& name, const topic::TopicId& id) {
    const auto found = fixture.find("enrich", name, id);
    REQUIRE(!found);
    CHECK(found.error().code == Error::Code::corrupt);
    return found.error().message;
  };
  CHECK(fault({"orders", 2}, id_from(1)).find("orders/2: group 'enrich' has read another topic") ==
        0);
  const std::string path = "log/.groups/enrich/orders-";
  fixture.system.set_content(path + "3", fixture.system.content(path + "2"));
  CHECK(fault({"orders", 3}, id_from(0)).find("another group or partition") != std::string::npos);
  fixture.system.set_content(path + "2", "x");
  CHECK(fault({"orders", 2}, id_from(0)).find("cannot be read to the end") != std::string::npos);
}

}  // namespace estream::group
