#include "tool/window/checkpoint.h"

#include <doctest/doctest.h>

#include "support/memory_system.h"

namespace estream::tool {

namespace {

struct Group {
  io::MemorySystem system;
  io::Directory directory;
  std::string why;

  Group() {
    system.make_directory_at(system.current_directory(), "g", 0777);
    system.crash(io::MemorySystem::Loss::nothing);
    directory = *io::Directory::open(system, "g");
  }

  CheckpointRef write(const std::optional<CheckpointRef>& last, const std::string& state) {
    const auto written = write_checkpoint(directory, "orders-0", last, {{7}}, state);
    REQUIRE(written);
    return *written;
  }
  std::optional<std::string> read(const CheckpointRef& checkpoint) {
    auto read = read_checkpoint(directory, "orders-0", checkpoint, why);
    REQUIRE(read);
    return *read;
  }
};

}  // namespace

TEST_CASE("checkpoints are written in turn, and each is there until the one after the next") {
  Group group;
  const CheckpointRef first = group.write({}, "one");
  CHECK(first.number == 1);
  CHECK(first.positions == std::vector<Offset>{{7}});
  const CheckpointRef second = group.write(first, "two");
  CHECK(second.number == 2);
  CHECK(group.read(first) == "one");
  CHECK(group.read(second) == "two");
  const CheckpointRef third = group.write(second, "");
  CHECK(third.number == 1);
  CHECK(group.read(third) == "");
  CHECK(group.read(second) == "two");
  CHECK(!group.read(first));
  CHECK(group.why == "g/orders-0.state1 is damaged, or that of another time");
}

TEST_CASE("a checkpoint is durable, and never a mix") {
  Group group;
  const CheckpointRef first = group.write({}, "one");
  const CheckpointRef second = group.write(first, "two");
  group.system.crash(io::MemorySystem::Loss::all_unsynced);
  group.directory = *io::Directory::open(group.system, "g");
  CHECK(group.read(first) == "one");
  CHECK(group.read(second) == "two");
}

TEST_CASE("a checkpoint that is missing or damaged is told") {
  Group group;
  const CheckpointRef checkpoint = group.write({}, "state");
  const std::string path = "g/orders-0.state1";
  for (std::size_t bit = 0; bit < 40; bit++) {
    CAPTURE(bit);
    std::string content = "state";
    content[bit / 8] = static_cast<char>(content[bit / 8] ^ (1 << (bit % 8)));
    group.system.set_content(path, content);
    CHECK(!group.read(checkpoint));
  }
  for (const char* other : {"", "stat", "state1"}) {
    group.system.set_content(path, other);
    CHECK(!group.read(checkpoint));
  }
  REQUIRE(group.directory.remove_file("orders-0.state1"));
  CHECK(!group.read(checkpoint));
  CHECK(group.why == "g/orders-0.state1 is missing");
}

}  // namespace estream::tool
