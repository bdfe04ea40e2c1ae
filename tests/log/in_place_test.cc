#include "log/in_place.h"

#include <doctest/doctest.h>

#include "support/partition.h"

using namespace estream;
using namespace estream::log;

namespace {

// What a writer of each level says after `event`: none of them may acknowledge anything.
void check_refused(const std::function<void(TestPartition&)>& event) {
  for (const SyncLevel level : {SyncLevel::batch, SyncLevel::interval, SyncLevel::none}) {
    TestPartition partition;
    const auto writer = partition.writer({.sync_level = level});
    append(*writer, {"a"});
    event(partition);
    if (level == SyncLevel::interval) {
      const auto synced = writer->sync();
      REQUIRE(!synced);
      CHECK(synced.error().message.find("removed, renamed or replaced") != std::string::npos);
    }
    std::vector<std::byte> batch = batch_of({"b"});
    const auto appended = writer->append(batch);
    REQUIRE(!appended);
    CHECK(appended.error().code == Error::Code::io);
    CHECK(appended.error().message.starts_with("p"));
    CHECK(!writer->claim_written());
    CHECK(!writer->seal_active());
  }
}

void rename(TestPartition& partition, const char* from, const char* to) {
  io::System& system = partition.system;
  const auto top = io::Directory::open(system, "");
  REQUIRE(top);
  REQUIRE(top->rename(from, to));
}

void make_another(TestPartition& partition) {
  io::System& system = partition.system;
  REQUIRE(system.make_directory_at(system.current_directory(), "p", 0777) == 0);
  REQUIRE(create_partition(partition.directory()));
}

}  // namespace

TEST_CASE("nothing is acknowledged into a partition that was renamed away") {
  check_refused([](TestPartition& partition) { rename(partition, "p", "q"); });
}

TEST_CASE("nothing is acknowledged into a partition that another one has replaced") {
  check_refused([](TestPartition& partition) {
    rename(partition, "p", "q");
    make_another(partition);
  });
}

TEST_CASE("nothing is acknowledged when the commit file or the lock is gone or is another file") {
  for (const char* name : {commit_file_name, lock_file_name}) {
    check_refused(
        [&](TestPartition& partition) { REQUIRE(partition.directory().remove_file(name)); });
    check_refused([&](TestPartition& partition) {
      const std::string content = partition.system.content(std::string("p/") + name);
      REQUIRE(partition.directory().remove_file(name));
      REQUIRE(partition.directory().replace_file(name, content));
    });
  }
}

TEST_CASE("a follower goes on after the commit file was moved aside and made again") {
  TestPartition partition;
  append(*partition.writer({.sync_level = SyncLevel::batch}), {"a"});
  auto reader = PartitionReader::open(partition.directory(), Layout::estream, std::nullopt);
  REQUIRE(reader);
  CHECK(read_rest(*reader)->size() == 1);
  REQUIRE(partition.directory().rename(commit_file_name, "commit.aside"));
  CHECK(!*reader->refresh());
  append(*partition.writer({.sync_level = SyncLevel::batch}), {"b"});
  const auto grown = reader->refresh();
  if (!grown) FAIL(grown.error().message);
  CHECK(*grown);
  const auto rest = read_rest(*reader);
  if (!rest) FAIL(rest.error().message);
  CHECK(*rest == records(1, {"b"}));
}

TEST_CASE("a follower that began without a commit file takes to the one that is made") {
  TestPartition partition;
  append(*partition.writer({.sync_level = SyncLevel::batch}), {"a"});
  REQUIRE(partition.directory().remove_file(commit_file_name));
  auto reader = PartitionReader::open(partition.directory(), Layout::estream, std::nullopt);
  REQUIRE(reader);
  const auto writer = partition.writer();
  append(*writer, {"b"});
  CHECK(*reader->refresh() == false);
  CHECK(*read_rest(*reader) == records(0, {"a"}));
  REQUIRE(writer->sync());
  CHECK(*reader->refresh());
  CHECK(*read_rest(*reader) == records(1, {"b"}));
}
