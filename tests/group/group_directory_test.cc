#include "group/group_directory.h"

#include <doctest/doctest.h>

#include "support/memory_system.h"

namespace estream::group {

TEST_CASE("a partition is named in its files, and known by them") {
  const PartitionName name = {"a-b-1", 12};
  CHECK(name.position_file() == "a-b-1-12");
  CHECK(name.lock_file() == "a-b-1-12.lock");
  CHECK(PartitionName::parse("a-b-1-12") == name);
  for (const char* other :
       {"a-b-1-12.lock", "a", "-1", "a-", "a-01", "a-+1", "a-99999999999", ""}) {
    CAPTURE(other);
    CHECK(!PartitionName::parse(other));
  }
}

TEST_CASE("all partitions together have names of their own") {
  const PartitionName all = PartitionName::all();
  CHECK(all.position_file() == "all");
  CHECK(all.lock_file() == "all.lock");
  CHECK(PartitionName::parse("all") == all);
  // A topic may be called so, too.
  CHECK(PartitionName::parse("all-0") == PartitionName{"all", 0});
}

TEST_CASE("a group is made, listed and removed") {
  io::MemorySystem system;
  system.make_directory_at(system.current_directory(), "log", 0777);
  const io::Directory root = *io::Directory::open(system, "log");
  CHECK(!*find_group(root, "billing"));
  CHECK(list_groups(root)->empty());
  for (int i = 0; i < 2; i++) REQUIRE(make_group(root, "billing"));
  const io::Directory group = *make_group(root, "audit");
  CHECK(*list_groups(root) == std::vector<std::string>{"audit", "billing"});
  for (const char* name : {"orders-2", "orders-10", "orders-2.lock", "all", "all.lock"}) {
    REQUIRE(group.open_file(name, io::OpenMode::create_exclusive));
  }
  CHECK(*list_positions(group) ==
        std::vector<PartitionName>{PartitionName::all(), {"orders", 2}, {"orders", 10}});
  REQUIRE(remove_group(root, "audit"));
  CHECK(*list_groups(root) == std::vector<std::string>{"billing"});
  CHECK(!*find_group(root, "audit"));
  CHECK(check_name("group", "billing"));
  CHECK(!check_name("group", ".hidden"));
  CHECK(!check_name("group", "a/b"));
}

TEST_CASE("a group is on a file system with locks for all who use it") {
  io::MemorySystem system;
  system.make_directory_at(system.current_directory(), "log", 0777);
  const io::Directory root = *io::Directory::open(system, "log");
  CHECK(check_file_system(root));
  for (const std::uint32_t type : {0x6969U, 0xff534d42U, 0x01021997U, 0x65735546U}) {
    CAPTURE(type);
    system.set_file_system_type(type);
    const auto checked = check_file_system(root);
    REQUIRE(!checked);
    CHECK(checked.error().code == Error::Code::usage);
  }
  CHECK(check_file_system(root).error().message ==
        "log: a group needs a local disk, and this is FUSE; give --unsafe-fs if no other machine "
        "uses the directory");
}

}  // namespace estream::group
