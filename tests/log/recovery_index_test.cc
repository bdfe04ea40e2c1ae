// What recovery does with indexes, which are hints and may be lost.
#include <doctest/doctest.h>

#include "log/recovery.h"
#include "log/segment_index.h"
#include "support/partition.h"

using namespace estream;
using namespace estream::log;
using Loss = io::MemorySystem::Loss;

namespace {

constexpr WriterOptions each_batch = {.sync_level = SyncLevel::batch};

}  // namespace

TEST_CASE("recovery makes the indexes anew") {
  TestPartition partition;
  const auto writer = partition.writer(each_batch);
  for (int i = 0; i < 10; i++) {
    std::vector<std::byte> batch = sized_batch(3000, 1000 + i);
    REQUIRE(writer->append(batch));
  }
  const auto good = partition.system.tree();
  partition.system.set_content("p/00000000000000000000.index", "garbage!garbage!");
  partition.system.set_content("p/00000000000000000000.timeindex", "");
  partition.system.crash(Loss::nothing);
  partition.writer();
  for (const std::string path :
       {"p/00000000000000000000.index", "p/00000000000000000000.timeindex"}) {
    CHECK(partition.system.content(path) == good.at(path));
  }
}

TEST_CASE("the indexes of a segment that recovery passes over are made anew, too") {
  TestPartition partition;
  const auto writer = partition.writer(each_batch);
  for (int i = 0; i < 3; i++) {
    std::vector<std::byte> batch = sized_batch(5000, 1000 + i);
    REQUIRE(writer->append(batch));
  }
  const std::string stale = partition.system.content("p/commit");
  REQUIRE(writer->seal_active());
  append(*writer, {"a"}, 2000);
  const auto good = partition.system.tree();
  partition.system.crash(Loss::nothing);
  partition.system.set_content("p/commit", stale);
  partition.system.remove("p/00000000000000000000.index");
  partition.system.remove("p/00000000000000000000.timeindex");
  partition.writer();
  for (const std::string path :
       {"p/00000000000000000000.index", "p/00000000000000000000.timeindex"}) {
    CHECK(partition.system.content(path) == good.at(path));
  }
}

TEST_CASE("indexes of a segment that an interrupted roll did not come to make are removed") {
  TestPartition partition;
  for (const std::string value : {"a", "b"}) append(*partition.writer(each_batch), {value});
  for (const char* name : {"p/00000000000000000002.index", "p/00000000000000000002.timeindex"}) {
    partition.system.set_content(name, "");
  }
  auto file = partition.directory().open_file("commit", io::OpenMode::read_write);
  CommitState state = partition.commit();
  state.is_rolling = true;
  REQUIRE(write_commit(*file, state));
  append(*partition.writer(each_batch), {"c"});
  CHECK(!partition.system.exists("p/00000000000000000002.index"));
  CHECK(!partition.system.exists("p/00000000000000000002.timeindex"));
  CHECK(partition.seen() == records(0, {"a", "b", "c"}));
}

TEST_CASE("a writer that finishes leaves indexes that another writer goes on with") {
  TestPartition partition;
  const auto first = partition.writer(each_batch);
  append(*first, {"a"}, 1000);
  const auto second = partition.writer(each_batch);
  REQUIRE(second->log_end_offset());
  REQUIRE(first->finish());
  append(*second, {"b"}, 1010);
  REQUIRE(first->finish());
  REQUIRE(second->seal_active());
  const std::string times = partition.system.content("p/00000000000000000000.timeindex");
  REQUIRE(times.size() == 2 * time_index_entry_bytes);
  CHECK(times.substr(0, time_index_entry_bytes) != times.substr(time_index_entry_bytes));
}
