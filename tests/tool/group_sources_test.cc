#include "tool/group/group_sources.h"

#include <doctest/doctest.h>

#include "support/read_topics.h"

namespace estream::tool {

namespace {

constexpr std::uint32_t fuse = 0x65735546;

}  // namespace

TEST_CASE("a group does not use a file system that may not share its locks, but when told") {
  io::MemorySystem system;
  TestTopic topic(system, "orders", 1);
  const std::vector<read::PartitionPlace> places = {topic.source(0)};
  GroupOptions options;
  CHECK(root_of(options, places));
  system.set_file_system_type(fuse);
  const auto refused = root_of(options, places);
  REQUIRE(!refused);
  CHECK(refused.error().message.find("this is FUSE; give --unsafe-fs") != std::string::npos);
  options.allows_any_file_system = true;
  CHECK(root_of(options, places));
}

}  // namespace estream::tool
