// A partition without a commit file (one that a broker made, or from which the file was lost), or
// with a half written one.
#include <doctest/doctest.h>

#include <cerrno>

#include "support/partition.h"

using namespace estream;
using namespace estream::log;

namespace {

constexpr const char* first_log = "p/00000000000000000000.log";

struct OrphanPartition : TestPartition {
  OrphanPartition() {
    const auto writer = this->writer({.sync_level = SyncLevel::batch, .segment_bytes = 140});
    for (const std::string value : {"a", "b", "c", "d", "e"}) append(*writer, {value});
    system.remove("p/commit");
  }
};

constexpr const char* last_log = "p/00000000000000000004.log";

}  // namespace

TEST_CASE("a missing commit file is made again, and that is told") {
  OrphanPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  const Notices notices = writer->take_notices();
  REQUIRE(notices.size() == 1);
  CHECK(notices[0] == "p/commit: was missing and was made again from the segments");
  CHECK(partition.commit().written.offset == Offset{5});
  CHECK(partition.commit().published.offset == Offset{5});
  append(*writer, {"f"});
  CHECK(partition.seen() == records(0, {"a", "b", "c", "d", "e", "f"}));
}

TEST_CASE("the commit file that was made again is on the device, with two slots") {
  OrphanPartition partition;
  partition.writer();
  partition.system.crash(io::MemorySystem::Loss::all_unsynced);
  CHECK(partition.commit().written.offset == Offset{5});
  for (const std::size_t at : std::initializer_list<std::size_t>{0, 4096}) {
    std::string commit = partition.system.content("p/commit");
    commit[at] = 'x';
    partition.system.set_content("p/commit", commit);
    CHECK(partition.commit().written.offset == Offset{5});
    commit[at] = 'E';
    partition.system.set_content("p/commit", commit);
  }
}

TEST_CASE("an incomplete batch at the very end is cut and kept in quarantine") {
  OrphanPartition partition;
  const std::string torn = text_of(placed_batch(5, {"f"})).substr(0, 65);
  partition.system.set_content(last_log, partition.log(4) + torn);
  append(*partition.writer({.sync_level = SyncLevel::batch}), {"g"});
  CHECK(partition.seen() == records(0, {"a", "b", "c", "d", "e", "g"}));
  bool is_kept = false;
  for (const auto& [path, bytes] : partition.system.tree()) is_kept |= bytes == torn;
  CHECK(is_kept);
}

TEST_CASE("any other damage in the active segment is corruption, and nothing is touched") {
  OrphanPartition orphan;
  const std::string whole = orphan.log(4);
  std::string flipped = whole;
  flipped.back() = static_cast<char>(flipped.back() ^ 1);
  for (const std::string& content :
       {flipped, whole + std::string(61, 'x'), whole + text_of(placed_batch(9, {"f"})),
        text_of(placed_batch(4, {"e"}, 1000, 1))}) {
    OrphanPartition partition;
    partition.system.set_content(last_log, content);
    const auto before = partition.system.tree();
    const auto writer = partition.try_writer();
    REQUIRE(!writer);
    CHECK(writer.error().code == Error::Code::corrupt);
    CHECK(partition.system.tree() == before);
  }
}

TEST_CASE("the epoch goes on where the table of epochs ends") {
  TestPartition partition;
  partition.system.remove("p/commit");
  partition.system.set_content("p/leader-epoch-checkpoint", "0\n2\n0 0\n5 1\n");
  partition.system.set_content(
      first_log, text_of(placed_batch(0, {"a"})) + text_of(placed_batch(1, {"b"}, 1000, 5)));
  append(*partition.writer({.sync_level = SyncLevel::batch}), {"c"});
  CHECK(partition.commit().epoch == 5);
  CHECK(partition.seen() == records(0, {"a", "b", "c"}));
}

TEST_CASE("a directory with neither segments nor a commit file is corrupt") {
  TestPartition partition;
  partition.system.remove("p/commit");
  partition.system.remove(first_log);
  const auto writer = partition.try_writer();
  REQUIRE(!writer);
  CHECK(writer.error().code == Error::Code::corrupt);
}

TEST_CASE("wherever it dies while it makes the commit file, the next writer makes it") {
  using Death = io::MemorySystem::Death;
  using Loss = io::MemorySystem::Loss;
  for (const auto loss : {Loss::all_unsynced, Loss::nothing, Loss::random}) {
    for (const Death death : {Death::before_change, Death::within_write}) {
      bool is_over = false;
      for (std::int64_t nth = 1; !is_over; nth++) {
        CAPTURE(nth);
        OrphanPartition partition;
        partition.system.set_content(last_log, partition.log(4) + "torn");
        partition.system.die_at(nth, death);
        (void)partition.try_writer();
        is_over = !partition.system.is_dead();
        partition.system.crash(loss, static_cast<std::uint64_t>(nth));
        CHECK(partition.seen().size() == 5);
        append(*partition.writer({.sync_level = SyncLevel::batch}), {"f"});
        REQUIRE(partition.seen() == records(0, {"a", "b", "c", "d", "e", "f"}));
      }
    }
  }
}

TEST_CASE("the active segment is copied, not written to: it may be a link to a broker's own") {
  OrphanPartition partition;
  partition.system.set_content(last_log, partition.log(4) + "torn");
  const std::string before = partition.log(4);
  const io::Directory top = *io::Directory::open(partition.system, ".");
  REQUIRE(partition.system.link_at(partition.directory().fd(), "00000000000000000004.log", top.fd(),
                                   "theirs") == 0);
  append(*partition.writer({.sync_level = SyncLevel::batch}), {"f"});
  CHECK(partition.system.content("theirs") == before);
  CHECK(partition.seen() == records(0, {"a", "b", "c", "d", "e", "f"}));
}

TEST_CASE("a segment that cannot be synced is not written again by the next attempt") {
  OrphanPartition partition;
  partition.system.fail(io::MemorySystem::Call::sync, 1, EIO, io::MemorySystem::forever);
  for (int attempt = 0; attempt < 3; attempt++) CHECK(!partition.try_writer());
  partition.system.clear_faults();
  append(*partition.writer({.sync_level = SyncLevel::batch}), {"f"});
  CHECK(partition.misused_logs().empty());
}

TEST_CASE("a slot that its writer left half written is made sound") {
  TestPartition partition;
  append(*partition.writer(), {"a"});
  const std::string before = partition.system.content("p/commit");
  io::File file = *partition.directory().open_file("commit", io::OpenMode::read_write);
  CommitState state = partition.commit();
  REQUIRE(write_commit(file, state));
  const std::size_t at = state.sequence % 2 == 0 ? 0 : 4096;
  const std::string half = partition.system.content("p/commit").substr(0, at + 64);
  partition.system.set_content("p/commit", half + before.substr(at + 64));
  CHECK(partition.commit().is_twin_to_mend);
  CHECK(partition.writer()->take_notices().empty());
  CHECK(!partition.commit().is_twin_to_mend);
  CHECK(partition.seen() == records(0, {"a"}));
}
