#include "log/recovery.h"

#include <doctest/doctest.h>

#include <cerrno>

#include "log/verify/verify.h"
#include "support/partition.h"

using namespace estream;
using namespace estream::log;
using Call = io::MemorySystem::Call;
using Loss = io::MemorySystem::Loss;

namespace {

constexpr const char* first_log = "p/00000000000000000000.log";
constexpr WriterOptions each_batch = {.sync_level = SyncLevel::batch};

void fill(TestPartition& partition, const std::vector<std::string>& values,
          const WriterOptions& options = each_batch) {
  const auto writer = partition.writer(options);
  for (const std::string& value : values) append(*writer, {value});
}

// As if a writer had died while it appended.
void add_to_log(TestPartition& partition, const std::string& bytes) {
  partition.system.set_content(first_log, partition.log() + bytes);
}

std::vector<std::string> quarantined(TestPartition& partition) {
  std::vector<std::string> contents;
  for (const auto& [path, bytes] : partition.system.tree()) {
    if (path.starts_with("p/quarantine/")) contents.push_back(bytes);
  }
  return contents;
}

// The error of a writer that finds corruption, which must leave everything as it is.
Error refused_untouched(TestPartition& partition) {
  const auto before = partition.system.tree();
  const auto writer = partition.try_writer();
  if (writer) FAIL("recovery found nothing wrong");
  CHECK(partition.system.tree() == before);
  return writer.error();
}

}  // namespace

TEST_CASE("a healthy partition is not recovered") {
  TestPartition partition;
  fill(partition, {"a"});
  const auto before = partition.system.tree();
  CHECK(partition.writer()->take_notices().empty());
  CHECK(partition.system.tree() == before);
}

TEST_CASE("a torn end goes to quarantine and is cut") {
  const std::string torn = text_of(placed_batch(1, {"b"}));
  for (const std::size_t size : std::initializer_list<std::size_t>{1, 60, 61, 68}) {
    CAPTURE(size);
    TestPartition partition;
    fill(partition, {"a"});
    const std::string before = partition.log();
    add_to_log(partition, torn.substr(0, size));
    const Notices notices = partition.writer()->take_notices();
    REQUIRE(notices.size() == 1);
    CHECK(notices[0] == std::string(first_log) + ": a writer died while it appended; " +
                            std::to_string(size) +
                            " bytes of an unfinished batch moved to quarantine/");
    CHECK(partition.log() == before);
    CHECK(quarantined(partition) == std::vector<std::string>{torn.substr(0, size)});
    CHECK(partition.commit().epoch == 0);
    append(*partition.writer(each_batch), {"c"});
    CHECK(partition.seen() == records(0, {"a", "c"}));
  }
}

TEST_CASE("what was quarantined is on the device before the log is cut") {
  TestPartition partition;
  fill(partition, {"a"});
  add_to_log(partition, "torn");
  partition.writer();
  partition.system.crash(Loss::all_unsynced);
  CHECK(quarantined(partition) == std::vector<std::string>{"torn"});
}

TEST_CASE("a valid batch that nobody published is adopted, on this boot and on another") {
  for (const bool is_other_boot : {false, true}) {
    TestPartition partition;
    fill(partition, {"a"});
    add_to_log(partition, text_of(placed_batch(1, {"b", "c"})));
    if (is_other_boot) partition.system.crash(Loss::nothing);
    CHECK(partition.writer()->take_notices().empty());
    CHECK(partition.seen() == records(0, {"a", "b", "c"}));
    CHECK(partition.commit().epoch == 0);
    CHECK(quarantined(partition).empty());
  }
}

TEST_CASE("an adopted batch is written again before it is synced") {
  TestPartition partition;
  {
    // The batch is in the page cache only, and marked clean by a sync that failed unseen.
    const auto writer = partition.writer();
    append(*writer, {"a"});
    const auto file =
        partition.directory().open_file("00000000000000000000.log", io::OpenMode::read_write);
    partition.system.fail(Call::sync, 1, EIO, 1, ".log");
    CHECK(partition.system.fdatasync(file->fd()) == -EIO);
  }
  auto file = partition.directory().open_file("commit", io::OpenMode::read_write);
  CommitState state = *read_commit(*file);
  state.is_rolling = true;  // The next writer has to recover.
  REQUIRE(write_commit(*file, state));
  partition.writer();
  partition.system.crash(Loss::all_unsynced);
  CHECK(partition.seen() == records(0, {"a"}));
}

TEST_CASE("a bad batch below the synced length is corruption, and nothing is touched") {
  for (const bool is_other_boot : {false, true}) {
    for (const std::size_t at : {std::size_t{3}, std::size_t{68}, std::size_t{69 + 12}}) {
      CAPTURE(is_other_boot);
      CAPTURE(at);
      TestPartition partition;
      fill(partition, {"a", "b", "c"});
      add_to_log(partition, "torn");
      std::string content = partition.log();
      content[at] = static_cast<char>(content[at] ^ 1);
      partition.system.set_content(first_log, content);
      if (is_other_boot) partition.system.crash(Loss::nothing);
      const Error error = refused_untouched(partition);
      CHECK(error.code == Error::Code::corrupt);
      CHECK(error.message.starts_with(std::string(first_log) + " at byte " +
                                      std::to_string(at / 69 * 69) + ": "));
    }
  }
}

TEST_CASE("a log that is shorter than what was synced is corruption, and nothing is touched") {
  TestPartition partition;
  fill(partition, {"a", "b"});
  for (const std::size_t size : std::initializer_list<std::size_t>{0, 10, 69, 137}) {
    CAPTURE(size);
    partition.system.set_content(first_log, partition.log().substr(0, size));
    CHECK(refused_untouched(partition).code == Error::Code::corrupt);
    partition.system.set_content(first_log,
                                 text_of(placed_batch(0, {"a"})) + text_of(placed_batch(1, {"b"})));
  }
}

TEST_CASE("when written records are gone the epoch grows, and readers can tell") {
  TestPartition partition;
  fill(partition, {"a"});
  fill(partition, {"b", "c"}, {.sync_level = SyncLevel::none});
  CHECK(partition.seen().size() == 3);
  // The slot was written back, the log was not.
  const std::string slot = partition.system.content("p/commit");
  partition.system.crash(Loss::all_unsynced);
  partition.system.set_content("p/commit", slot);
  CHECK(partition.seen() == records(0, {"a"}));
  const auto writer = partition.writer(each_batch);
  const Notices notices = writer->take_notices();
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].starts_with("p: offsets 1 to 2 were written but not synced"));
  CHECK(partition.system.content("p/leader-epoch-checkpoint") == "0\n2\n0 0\n1 1\n");
  append(*writer, {"d"});
  CHECK(partition.seen() == records(0, {"a", "d"}));
  CHECK(partition.commit().epoch == 1);
}

TEST_CASE("an epoch that grew is never taken back, though the slot that had it is lost") {
  TestPartition partition;
  fill(partition, {"a"});
  fill(partition, {"b", "c"}, {.sync_level = SyncLevel::none});
  const std::string stale = partition.system.content("p/commit");
  partition.system.crash(Loss::all_unsynced);
  partition.system.set_content("p/commit", stale);
  fill(partition, {"d", "e", "f"});  // In epoch 1.
  partition.system.crash(Loss::nothing);
  partition.system.set_content("p/commit", stale);
  fill(partition, {"g"});
  CHECK(partition.seen() == records(0, {"a", "d", "e", "f", "g"}));
}

TEST_CASE("a log that begins behind what a loss left ends where it begins") {
  TestPartition partition;
  fill(partition, {"a"});
  fill(partition, {"b", "c"}, {.sync_level = SyncLevel::none});
  {
    // As a branch of a broker's log, from which records were deleted inside the active segment.
    io::File commit = *partition.directory().open_file("commit", io::OpenMode::read_write);
    CommitState state = partition.commit();
    state.log_start_offset = {2};
    REQUIRE(write_commit(commit, state));
    REQUIRE(write_commit(commit, state));
    REQUIRE(commit.sync_data());
  }
  partition.system.crash(Loss::all_unsynced);
  fill(partition, {"d"});
  CHECK(partition.seen() == records(1, {"d"}));
}

TEST_CASE("two losses in a row leave an epoch table that can be read") {
  TestPartition partition;
  fill(partition, {"a"});
  fill(partition, {"b", "c", "d", "e"}, {.sync_level = SyncLevel::none});
  const std::string stale = partition.system.content("p/commit");
  partition.system.crash(Loss::all_unsynced);
  partition.system.set_content("p/commit", stale);
  fill(partition, {"f"});  // In epoch 1.
  partition.system.crash(Loss::nothing);
  partition.system.set_content("p/commit", stale);  // It knows of offset 4.
  fill(partition, {"g"});
  CHECK(partition.seen() == records(0, {"a", "f", "g"}));
}

TEST_CASE("without room for the quarantine only bytes that nobody saw are cut") {
  for (const bool was_seen : {false, true}) {
    CAPTURE(was_seen);
    TestPartition partition;
    fill(partition, {"a"});
    if (was_seen) {
      fill(partition, {"b", "c"}, {.sync_level = SyncLevel::none});
      std::string content = partition.log();
      content[69 + 65] ^= 1;
      partition.system.set_content(first_log, content);
    }
    add_to_log(partition, "torn");
    const std::string before = partition.log();
    partition.system.fail(Call::make_directory, 1, ENOSPC, 1, "quarantine");
    const auto writer = partition.try_writer();
    CHECK(writer.has_value() == !was_seen);
    CHECK((partition.log() == before) == was_seen);
  }
}

TEST_CASE("on another boot nothing is cut without a quarantine") {
  TestPartition partition;
  fill(partition, {"a"});
  add_to_log(partition, "torn");
  partition.system.crash(Loss::nothing);
  const std::string before = partition.log();
  partition.system.fail(Call::make_directory, 1, ENOSPC, 1, "quarantine");
  CHECK(!partition.try_writer());
  CHECK(partition.log() == before);
}

TEST_CASE("garbage where the power failed is no reason to refuse the log") {
  // The file had its new size on the device, its data not: at the level none nothing was promised.
  for (const char filler : {'\0', 'x'}) {
    TestPartition partition;
    fill(partition, {"a", "b"}, {.sync_level = SyncLevel::none});
    partition.system.crash(Loss::nothing);
    partition.system.set_content(first_log, std::string(partition.log().size(), filler));
    CHECK(partition.seen().empty());
    fill(partition, {"c"});
    CHECK(partition.seen() == records(0, {"c"}));
    CHECK(partition.commit().epoch == 1);
  }
}

TEST_CASE("recovery that cannot sync leaves the file alone from then on") {
  TestPartition partition;
  fill(partition, {"a"});
  add_to_log(partition, text_of(placed_batch(1, {"b"})));
  partition.system.fail(Call::sync, 1, EIO, 1, ".log");
  (void)partition.try_writer();
  fill(partition, {"c"});
  CHECK(partition.misused_logs().empty());
  partition.system.crash(Loss::all_unsynced);
  CHECK(partition.seen() == records(0, {"a", "b", "c"}));
}

TEST_CASE("the empty segment of a roll that was interrupted is used") {
  TestPartition partition;
  fill(partition, {"a"});
  auto file = partition.directory().open_file("commit", io::OpenMode::read_write);
  CommitState state = *read_commit(*file);
  state.is_rolling = true;
  REQUIRE(write_commit(*file, state));
  partition.system.set_content("p/00000000000000000001.log", "");
  fill(partition, {"b"});
  CHECK(partition.log(1) == text_of(placed_batch(1, {"b"})));
  CHECK(partition.seen() == records(0, {"a", "b"}));
}

TEST_CASE("a segment that does not join the one before is corruption, and nothing is touched") {
  TestPartition partition;
  fill(partition, {"a"});
  partition.system.set_content("p/00000000000000000007.log", text_of(placed_batch(7, {"b"})));
  partition.system.crash(Loss::nothing);
  CHECK(refused_untouched(partition).code == Error::Code::corrupt);
}

TEST_CASE("what a recovery that was killed has not synced is synced by the next one") {
  for (const bool has_commit : {true, false}) {
    for (std::int64_t change = 1;; change++) {
      CAPTURE(has_commit);
      CAPTURE(change);
      TestPartition partition;
      fill(partition, {"a"});
      fill(partition, {"b", "c"}, {.sync_level = SyncLevel::none});
      add_to_log(partition, "torn");
      partition.system.crash(Loss::nothing);
      const std::string log = partition.log();
      partition.system.set_content(first_log, log.substr(0, log.size() - 50));
      if (!has_commit) partition.system.remove("p/commit");
      partition.system.die_at(change, io::MemorySystem::Death::before_change);
      const bool is_dead = !partition.try_writer();
      partition.system.kill();
      fill(partition, {"d", "a longer one, that ends where none did"});
      partition.system.crash(Loss::all_unsynced);
      const auto proof = verify_partition(partition.directory(), Layout::estream, std::nullopt, {});
      for (const Finding& finding : proof.findings) {
        CHECK_MESSAGE(finding.kind == Finding::Kind::note, finding.text());
      }
      CHECK(partition.seen().size() == 4);
      if (!is_dead) break;
    }
  }
}

TEST_CASE("a table of epochs that is missing or empty is made again") {
  for (const bool is_missing : {true, false}) {
    TestPartition partition;
    fill(partition, {"a"});
    const std::string table = partition.system.content("p/leader-epoch-checkpoint");
    partition.system.set_content("p/leader-epoch-checkpoint", "");
    if (is_missing) partition.system.remove("p/leader-epoch-checkpoint");
    partition.system.crash(Loss::nothing);
    fill(partition, {"b"});
    CHECK(partition.system.content("p/leader-epoch-checkpoint") == table);
    CHECK(partition.seen() == records(0, {"a", "b"}));
  }
}

TEST_CASE("a table of epochs ends with the epoch of the slot, where the log ends") {
  for (const char* table : {"0\n2\n0 0\n3 7\n", "0\n1\n0 0\n"}) {
    TestPartition partition;
    fill(partition, {"a"});
    CommitState state = partition.commit();
    state.epoch = 3;
    state.is_rolling = true;
    io::File file = *partition.directory().open_file("commit", io::OpenMode::read_write);
    REQUIRE(write_commit(file, state));
    partition.system.set_content("p/leader-epoch-checkpoint", table);
    fill(partition, {"b"});
    CHECK(partition.system.content("p/leader-epoch-checkpoint") == "0\n2\n0 0\n3 1\n");
    CHECK(partition.seen() == records(0, {"a", "b"}));
  }
}
