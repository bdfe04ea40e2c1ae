// A reader that is at work while a writer recovers.
#include <doctest/doctest.h>

#include <cerrno>
#include <functional>
#include <utility>

#include "support/partition.h"

using namespace estream;
using namespace estream::log;

namespace {

// Something happens when a directory has been listed, once.
class InterruptedMachine : public io::MemorySystem {
 public:
  std::function<void()> interruption;

  int list(int directory, std::vector<std::string>& names) override {
    const int answer = MemorySystem::list(directory, names);
    if (const auto interrupt = std::exchange(interruption, nullptr)) interrupt();
    return answer;
  }
};

}  // namespace

TEST_CASE("a recovery under a reader shows it nothing that is not published") {
  InterruptedMachine machine;
  REQUIRE(machine.make_directory_at(machine.current_directory(), "p", 0777) == 0);
  const auto open = [&] { return *io::Directory::open(machine, "p"); };
  REQUIRE(create_partition(open()));
  append(**PartitionWriter::open(open(), {.sync_level = SyncLevel::batch}), {"a"});
  machine.crash(io::MemorySystem::Loss::nothing);
  std::unique_ptr<PartitionWriter> writer;
  machine.interruption = [&] {
    writer = *PartitionWriter::open(open(), {.sync_level = SyncLevel::interval});
    append(*writer, {"b"});
  };
  CHECK(*read_all(open()) == records(0, {"a"}));
  REQUIRE(writer->sync());
  CHECK(*read_all(open()) == records(0, {"a", "b"}));
}

TEST_CASE("a reader keeps its place when recovery moves a segment to a new file") {
  TestPartition partition;
  auto reader = PartitionReader::open(partition.directory(), Layout::estream, {});
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    append(*writer, {"a"});
    REQUIRE(*reader->refresh());
    CHECK(*read_rest(*reader) == records(0, {"a"}));
    partition.system.fail(io::MemorySystem::Call::sync, 1, EIO);
    std::vector<std::byte> batch = batch_of({"b"});
    CHECK(!writer->append(batch));
  }
  append(*partition.writer({.sync_level = SyncLevel::batch}), {"c"});
  REQUIRE(*reader->refresh());
  const auto rest = read_rest(*reader);
  if (!rest) FAIL(rest.error().message);
  CHECK(*rest == records(1, {"b", "c"}));
}
