#include "log/verify/verify.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <string>
#include <vector>

#include "base/endian.h"
#include "base/work_meter.h"
#include "log/index_writer.h"
#include "support/compaction.h"
#include "support/mixed_partition.h"

using namespace estream;
using namespace estream::log;

namespace {

PartitionProof prove(TestPartition& partition, Layout layout = Layout::estream,
                     std::size_t threads = 1) {
  VerifyOptions options;
  options.threads = threads;
  return verify_partition(partition.directory(), layout, std::nullopt, options);
}

std::string text_of(const PartitionProof& proof) {
  std::string text;
  for (const Finding& finding : proof.findings) text += finding.text() + "\n";
  return text;
}

void check_sound(TestPartition& partition) {
  const PartitionProof proof = prove(partition);
  CHECK_MESSAGE(proof.findings.empty(), text_of(proof));
}

// Whether a fault of this file, at this byte, says this.
void check_fault(TestPartition& partition, const std::string& file, std::uint64_t position,
                 const std::string& what) {
  const PartitionProof proof = prove(partition);
  const bool is_found = std::ranges::any_of(proof.findings, [&](const Finding& finding) {
    return finding.kind == Finding::Kind::fault && finding.file == "p/" + file &&
           finding.position == position && finding.what.find(what) != std::string::npos;
  });
  CHECK_MESSAGE(is_found, text_of(proof));
}

constexpr const char* first_log = "00000000000000000000.log";

// Appends a batch of one record, or of none, that covers `count` offsets, as compaction leaves
// them.
void add_compacted(std::string& log, std::int64_t base, std::int32_t count, std::size_t bytes) {
  BatchBuilder builder;
  builder.begin({base});
  if (bytes > 0) builder.append({base}, "key", std::string(bytes, 'z'), {});
  const auto batch = builder.finish(Codec::none, 0);
  REQUIRE(batch);
  patch_base_offset(*batch, {base});
  patch_last_offset_delta(*batch, count - 1);
  recompute_crc(*batch);
  log += as_text(*batch);
}

// Puts a compacted segment in the place of a sealed one.
void compact(TestPartition& partition, Offset base, Offset end) {
  std::string log;
  add_compacted(log, base.value, 3, 4200);
  add_compacted(log, base.value + 3, 2, 0);
  add_compacted(log, base.value + 5, static_cast<std::int32_t>(end - base) - 5, 10);
  const std::string name = segment_file_name(base, SegmentFile::log);
  partition.system.set_content("p/" + name, log);
  const io::Directory directory = partition.directory();
  const auto file = directory.open_file(name, io::OpenMode::read);
  auto indexes = IndexWriter::open(directory, base);
  REQUIRE(indexes);
  REQUIRE(indexes->rebuild(*file, log.size()));
  REQUIRE(indexes->seal());
}

// Three sealed segments, one of them compacted, and the active one, each with entries in both of
// its indexes, of batches with one and with several records; offsets of all lengths.
void fill(TestPartition& partition) {
  const WriterOptions options = {.sync_level = SyncLevel::batch, .segment_bytes = 5600};
  std::int64_t time = 1000;
  {
    const auto writer = partition.writer(options);
    for (int i = 0; i < 16; i++) {
      auto batch = sized_batch(i % 4 == 0 ? 3900 : 160, time += i % 3 == 0 ? -5 : 20);
      REQUIRE(writer->append(batch));
      append(*writer, {"a", "b", "c"}, time += 7);
    }
    REQUIRE(writer->finish());
  }
  const auto segments = list_segments(partition.directory());
  REQUIRE(segments->size() == 4);
  compact(partition, (*segments)[1], (*segments)[2]);
}

}  // namespace

TEST_CASE("an empty partition is sound") {
  TestPartition partition;
  check_sound(partition);
}

TEST_CASE("what our writers leave is sound, with each sync level and several threads") {
  for (const SyncLevel level : {SyncLevel::batch, SyncLevel::interval, SyncLevel::none}) {
    TestPartition partition;
    const auto writer = partition.writer({.sync_level = level, .segment_bytes = 9000});
    for (int i = 0; i < 40; i++) append(*writer, {"x", std::string(700, 'y')}, 1000 + i * 3 % 17);
    check_sound(partition);
    REQUIRE(writer->sync());
    const PartitionProof proof = prove(partition, Layout::estream, 3);
    CHECK_MESSAGE(proof.findings.empty(), text_of(proof));
    CHECK(proof.records == 80);
    CHECK(proof.batches == 40);
    CHECK(proof.segments == 4);
  }
}

TEST_CASE("an append that is under way is a note") {
  TestPartition partition;
  fill(partition);
  const std::string name =
      segment_file_name(list_segments(partition.directory())->back(), SegmentFile::log);
  partition.system.set_content("p/" + name, partition.system.content("p/" + name) + "half a batch");
  const PartitionProof proof = prove(partition);
  REQUIRE(proof.findings.size() == 1);
  CHECK(proof.findings[0].kind == Finding::Kind::note);
}

TEST_CASE("faults are told with file and byte") {
  TestPartition partition;
  fill(partition);
  const std::string log = partition.log();
  const auto second = static_cast<std::size_t>(12 + load_be<std::int32_t>(as_bytes(log), 8));
  std::string damaged = log;
  damaged[second + 70] ^= 1;
  partition.system.set_content(std::string("p/") + first_log, damaged);
  check_fault(partition, first_log, second, "crc");
  damaged = log;
  damaged[second + 7] ^= 1;
  partition.system.set_content(std::string("p/") + first_log, damaged);
  check_fault(partition, first_log, second, "begins at offset");
  damaged = log;
  damaged[second + 15] ^= 1;
  partition.system.set_content(std::string("p/") + first_log, damaged);
  check_fault(partition, first_log, second, "epoch");
  partition.system.set_content(std::string("p/") + first_log, log.substr(0, log.size() - 1));
  const PartitionProof proof = prove(partition);
  CHECK(proof.count(Finding::Kind::fault) > 0);
}

TEST_CASE("one wrong offset is one fault") {
  TestPartition partition;
  fill(partition);
  std::string damaged = partition.log();
  damaged[7] ^= 4;
  partition.system.set_content(std::string("p/") + first_log, damaged);
  const PartitionProof proof = prove(partition);
  CHECK_MESSAGE(proof.count(Finding::Kind::fault) == 1, text_of(proof));
}

TEST_CASE("a damaged slot is a fault that its twin heals") {
  TestPartition partition;
  fill(partition);
  const std::string commit = partition.system.content("p/commit");
  for (const std::size_t slot : {std::size_t{0}, std::size_t{commit_slot_stride}}) {
    std::string damaged = commit;
    damaged[slot + 40] ^= 1;
    partition.system.set_content("p/commit", damaged);
    check_fault(partition, "commit", slot, "the other one is valid");
  }
}

TEST_CASE("leftovers, strangers and the quarantine are notes") {
  TestPartition partition;
  fill(partition);
  partition.system.set_content("p/00000000000000000000.log.cleaned", "x");
  partition.system.set_content("p/leader-epoch-checkpoint.tmp.0123456789abcdef", "x");
  partition.system.set_content("p/00000000000000000007.index", "x");
  partition.system.set_content("p/README", "x");
  const io::Directory directory = partition.directory();
  REQUIRE(directory.make_directory("quarantine"));
  const PartitionProof proof = prove(partition);
  CHECK_MESSAGE(proof.count(Finding::Kind::note) == 5, text_of(proof));
  CHECK_MESSAGE(proof.count(Finding::Kind::fault) == 0, text_of(proof));
}

TEST_CASE("an index that is missing is a note") {
  TestPartition partition;
  fill(partition);
  partition.system.remove("p/00000000000000000000.index");
  const PartitionProof proof = prove(partition);
  CHECK_MESSAGE(proof.count(Finding::Kind::fault) == 0, text_of(proof));
  CHECK_MESSAGE(proof.count(Finding::Kind::note) == 1, text_of(proof));
}

TEST_CASE("what cannot be read is no damage, also where a compaction was interrupted") {
  TestPartition partition;
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    for (int i = 0; i < 6; i++) {
      append_keyed(*writer, {{"a", std::to_string(i)}});
      REQUIRE(writer->seal_active());
    }
  }
  const std::string left = partition.log(2);
  KeyCompaction options = {.now = {12 * 3'600'000}, .keep_tombstones_ms = 3'600'000};
  compacted(partition, options);
  partition.system.set_content("p/00000000000000000002.log", left);
  REQUIRE(prove(partition).count(Finding::Kind::fault) == 0);
  for (const std::string file : {"", "00000000000000000002.log", "00000000000000000000.log"}) {
    for (std::int64_t nth = 1;; nth++) {
      CAPTURE(file);
      CAPTURE(nth);
      const std::int64_t before = partition.system.fired_faults();
      partition.system.fail(io::MemorySystem::Call::read, nth, EIO, io::MemorySystem::forever,
                            file);
      const PartitionProof proof = prove(partition);
      partition.system.clear_faults();
      CHECK_MESSAGE(proof.count(Finding::Kind::fault) == 0, text_of(proof));
      if (partition.system.fired_faults() == before) break;
    }
  }
}

TEST_CASE("what a loss of power took is told apart from damage") {
  TestPartition partition;
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::interval});
    append(*writer, {"safe"});
    REQUIRE(writer->sync());
    append(*writer, {"lost"});
  }
  partition.system.crash(io::MemorySystem::Loss::all_unsynced);
  const PartitionProof proof = prove(partition);
  CHECK_MESSAGE(proof.count(Finding::Kind::fault) == 0, text_of(proof));
  partition.writer();
  check_sound(partition);
}

TEST_CASE("what others do meanwhile is no fault, whenever they do it") {
  const WriterOptions each_batch = {.sync_level = SyncLevel::batch};
  const std::vector<std::function<void(TestPartition&)>> works = {
      [&](TestPartition& partition) { append(*partition.writer(each_batch), {"x"}, 3000); },
      [&](TestPartition& partition) {
        const auto writer = partition.writer(each_batch);
        for (int i = 0; i < 4; i++) append(*writer, {std::string(3000, 'x')}, 3000 + i);
      },
      [](TestPartition& partition) { seal(partition); },
      [&](TestPartition& partition) {
        seal(partition);
        append(*partition.writer(each_batch), {"x"}, 3000);
      },
      [](TestPartition& partition) { REQUIRE(run_retention(partition.directory(), 1)); },
      [](TestPartition& partition) { REQUIRE(run_retention(partition.directory(), 9)); },
      [](TestPartition& partition) { compacted(partition, {.now = {2000}}); },
      [](TestPartition& partition) {
        seal(partition);
        compacted(partition, {.now = {2000}});
      },
  };
  int looks = 0;
  for (const auto& work : works) {
    bool is_reached = true;
    for (int moment = 0; is_reached; moment++, looks++) {
      TestPartition partition;
      fill_mixed(partition);
      VerifyOptions options;
      int asked = 0;
      options.is_stopped = [&] {
        if (asked++ == moment) work(partition);
        return false;
      };
      const io::Directory directory = partition.directory();
      const PartitionProof proof =
          verify_partition(directory, Layout::estream, std::nullopt, options);
      CHECK_MESSAGE(proof.findings.empty(), text_of(proof));
      is_reached = asked > moment;
    }
  }
  MESSAGE(looks << " looks");
  CHECK(looks > 50);
}

TEST_CASE("files that come and go are not noted") {
  TestPartition partition;
  fill_mixed(partition);
  partition.system.set_content("p/stays.tmp", "");
  VerifyOptions options;
  int number = 0;
  const auto name = [&] { return "p/commit.tmp." + std::to_string(number); };
  options.is_stopped = [&] {
    if (number > 0) partition.system.remove(name());
    number++;
    partition.system.set_content(name(), "");
    return false;
  };
  const PartitionProof proof =
      verify_partition(partition.directory(), Layout::estream, std::nullopt, options);
  REQUIRE(proof.findings.size() == 1);
  CHECK(proof.findings[0].file == "p/stays.tmp");
}

TEST_CASE("damage is found while others go on") {
  TestPartition partition;
  fill_mixed(partition);
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  const std::string path =
      "p/" + segment_file_name((*list_segments(partition.directory()))[1], SegmentFile::log);
  partition.system.set_content(path, flipped(partition.system.content(path), 9000));
  VerifyOptions options;
  int number = 0;
  options.is_stopped = [&] {
    append(*writer, {"x"}, 3000 + number++);
    return false;
  };
  const PartitionProof proof =
      verify_partition(partition.directory(), Layout::estream, std::nullopt, options);
  CHECK_MESSAGE(proof.count(Finding::Kind::fault) == 1, text_of(proof));
  CHECK(proof.findings[0].file == path);
}

TEST_CASE("segments that are whole are read once, though another is not") {
  TestPartition partition;
  fill_mixed(partition);
  const auto bases = list_segments(partition.directory());
  const std::string path = "p/" + segment_file_name(bases->back(), SegmentFile::log);
  const std::string content = partition.system.content(path);
  partition.system.set_content(path, flipped(content, content.size() * 8 - 1));
  std::uint64_t all = 0;
  for (const Offset base : *bases) all += partition.log(base.value).size();
  const std::int64_t before = work_meter().bytes;
  verify_partition(partition.directory(), Layout::estream, std::nullopt, {});
  CHECK(work_meter().bytes - before == static_cast<std::int64_t>(all + content.size()));
}

TEST_CASE("a slot that lies several appends behind is a fault, for nobody dies so late") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  const std::string commit = partition.system.content("p/commit");
  for (const char* value : {"a", "b"}) append(*writer, {value});
  partition.system.set_content("p/commit", commit);
  check_fault(partition, "commit", 32, "older than the segment");
}

TEST_CASE("an index that was removed and made again by a writer is sound") {
  for (const SegmentFile kind : {SegmentFile::index, SegmentFile::time_index}) {
    TestPartition partition;
    fill_mixed(partition);
    const Offset active = list_segments(partition.directory())->back();
    partition.system.remove("p/" + segment_file_name(active, kind));
    append(*partition.writer({.sync_level = SyncLevel::batch}), {std::string(4200, 'x')}, 1350);
    append(*partition.writer({.sync_level = SyncLevel::batch}), {"y"}, 1350);
    check_sound(partition);
  }
}

TEST_CASE("each fault of an event's file says what to do") {
  TestPartition partition;
  fill_mixed(partition);
  for (const auto& [path, content] : files_of(partition)) {
    if (content.empty()) continue;
    partition.system.set_content(path, flipped(content, 70));
    for (const Finding& finding : prove(partition).findings) {
      if (finding.kind != Finding::Kind::fault) continue;
      CHECK_MESSAGE(!advice(finding.remedy).empty(), finding.text());
    }
    partition.system.set_content(path, content);
  }
}

TEST_CASE("verify changes nothing") {
  TestPartition partition;
  fill(partition);
  const auto before = partition.system.tree();
  const std::int64_t changes = partition.system.changes();
  prove(partition);
  CHECK(partition.system.tree() == before);
  CHECK(partition.system.changes() == changes);
}
