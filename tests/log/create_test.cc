#include "log/create.h"

#include <doctest/doctest.h>

#include "support/partition.h"

using namespace estream;
using namespace estream::log;

TEST_CASE("a new partition has Kafka's files, empty, and our two") {
  TestPartition partition;
  std::map<std::string, std::string> tree = partition.system.tree();
  CHECK(tree["p/commit"].size() == 4224);
  tree["p/commit"] = "";
  CHECK(tree == std::map<std::string, std::string>{{"p", ""},
                                                   {"p/00000000000000000000.index", ""},
                                                   {"p/00000000000000000000.log", ""},
                                                   {"p/00000000000000000000.timeindex", ""},
                                                   {"p/commit", ""},
                                                   {"p/leader-epoch-checkpoint", "0\n1\n0 0\n"},
                                                   {"p/lock", ""}});
  CHECK(partition.seen().empty());
}

TEST_CASE("a new partition is on the device") {
  io::MemorySystem system;
  const auto top = io::Directory::open(system, "/");
  REQUIRE(top->make_directory("p"));
  REQUIRE(top->sync());
  REQUIRE(create_partition(*top->open_directory("p")));
  const auto before = system.tree();
  system.crash(io::MemorySystem::Loss::all_unsynced);
  CHECK(system.tree() == before);
}

TEST_CASE("either commit slot of a new partition will do") {
  for (const std::size_t at : std::initializer_list<std::size_t>{0, 4096}) {
    TestPartition partition;
    std::string commit = partition.system.content("p/commit");
    commit[at] = 'x';
    partition.system.set_content("p/commit", commit);
    CHECK(partition.seen().empty());
    append(*partition.writer({.sync_level = SyncLevel::batch}), {"a"});
    CHECK(partition.seen() == records(0, {"a"}));
  }
}

TEST_CASE("an empty segment is taken over, one with content is a contradiction") {
  TestPartition partition;
  CHECK(create_segment(partition.directory(), {0}));
  partition.system.set_content("p/00000000000000000000.log", "x");
  const auto refused = create_segment(partition.directory(), {0});
  REQUIRE(!refused);
  CHECK(refused.error().code == Error::Code::corrupt);
}
