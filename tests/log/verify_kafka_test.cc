#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "base/endian.h"
#include "log/verify/verify.h"
#include "support/hex.h"
#include "support/mixed_partition.h"

using namespace estream;
using namespace estream::log;

namespace {

// What the fixture would be in a broker's directory, with the files that a broker adds; one of them
// is a vector from Kafka's tests.
void fill_as_broker(TestPartition& partition) {
  fill_mixed(partition);
  partition.system.remove("p/lock");
  partition.system.remove("p/commit");
  const auto snapshot = from_hex(
      "00011cb2f77a00000001000000000000002a0001000000000000000000000066000000020000018bcfe56805"
      "ffffffffffffffffffffffff");
  const auto aborted =
      from_hex("0000000000000000002a000000000000000100000000000000030000000000000004");
  partition.system.set_content("p/00000000000000000103.snapshot", as_text(snapshot));
  partition.system.set_content("p/00000000000000000000.txnindex", as_text(aborted));
  partition.system.set_content("p/partition.metadata",
                               "version: 0\ntopic_id: zVbCn5T8TxOIw9oZ2Zkk8g");
}

PartitionProof prove(TestPartition& partition, Layout layout = Layout::kafka) {
  return verify_partition(partition.directory(), layout, std::nullopt, {});
}

std::int64_t faults(const PartitionProof& proof) { return proof.count(Finding::Kind::fault); }

std::string text_of(const PartitionProof& proof) {
  std::string text;
  for (const Finding& finding : proof.findings) text += finding.text() + "\n";
  return text;
}

std::string with_zeros(const std::string& content, std::size_t count) {
  return content + std::string(count, '\0');
}

}  // namespace

TEST_CASE("a broker's partition is sound, and so is one that it had not closed") {
  TestPartition partition;
  fill_as_broker(partition);
  CHECK_MESSAGE(prove(partition).findings.empty(), text_of(prove(partition)));
  const Offset last = list_segments(partition.directory())->back();
  for (const SegmentFile kind : {SegmentFile::index, SegmentFile::time_index}) {
    const std::string path = "p/" + segment_file_name(last, kind);
    partition.system.set_content(path, with_zeros(partition.system.content(path), 9600));
  }
  CHECK_MESSAGE(prove(partition).findings.empty(), text_of(prove(partition)));
  const std::string path = "p/" + segment_file_name(last, SegmentFile::log);
  const std::string log = partition.system.content(path);
  for (const std::string& content : {with_zeros(log, 5000), log.substr(0, log.size() - 1)}) {
    partition.system.set_content(path, content);
    const PartitionProof proof = prove(partition);
    CHECK_MESSAGE(faults(proof) == 0, text_of(proof));
    CHECK(proof.count(Finding::Kind::note) == 1);
  }
}

TEST_CASE("each flipped bit of a broker's files is found, or no reader minds it") {
  TestPartition partition;
  fill_as_broker(partition);
  const Reading original = reading_of(partition.directory(), Layout::kafka);
  std::map<std::string, int> excused;
  int flips = 0, found = 0, silent = 0;
  for (const auto& [path, content] : files_of(partition)) {
    // verify_bits_test has the records, which the same checksum covers here.
    const bool is_log = path.ends_with(".log");
    const std::vector<bool> is_header = is_log ? header_bytes(content) : std::vector<bool>();
    for (std::size_t bit = 0; bit < content.size() * 8; bit++) {
      if (is_log && !is_header[bit / 8] && bit % 64 != 0) continue;
      flips++;
      partition.system.set_content(path, flipped(content, bit));
      const PartitionProof proof = prove(partition);
      if (faults(proof) > 0) {
        found++;
        continue;
      }
      const bool is_same =
          judge(original, reading_of(partition.directory(), Layout::kafka)) == Verdict::same;
      // No checksum of Kafka's covers a batch's offset, and gaps are allowed.
      const bool is_gap =
          proof.findings.size() == 1 && path.ends_with(".log") &&
          proof.findings[0].what.find(" are missing, and maybe more later") != std::string::npos;
      const bool is_cut = proof.findings.size() == 1 && path.ends_with(".log") &&
                          proof.findings[0].what.find("incomplete") != std::string::npos;
      if (is_gap) {
        excused["a gap in the offsets, noted"]++;
      } else if (is_cut) {
        excused["a length in the last batch, noted as an incomplete batch"]++;
      } else if (is_same && path.ends_with("index")) {
        excused["an index entry that leads no search elsewhere"]++;
      } else if (is_same && path == "p/leader-epoch-checkpoint") {
        excused["epochs that begin later, as after a broker's retention"]++;
      } else if (is_same && path == "p/partition.metadata") {
        excused["another id of the topic, which nothing of estream's reads"]++;
      } else {
        silent++;
        FAIL_CHECK(path << " bit " << bit << ": " << text_of(proof));
      }
    }
    partition.system.set_content(path, content);
  }
  MESSAGE(flips << " flips, found " << found << ", silent " << silent);
  for (const auto& [reason, count] : excused) MESSAGE("excused " << count << ": " << reason);
}

TEST_CASE("segments that a broker wrote are sound in a partition of ours, too") {
  TestPartition partition;
  fill_as_broker(partition);
  // A broker that was started again counts the bytes to the next entry anew.
  const std::string path = "p/" + segment_file_name({0}, SegmentFile::index);
  partition.system.set_content(path, "");
  append_keyed(*partition.writer({.sync_level = SyncLevel::batch}), {{"ours", "1"}}, 1600);
  const PartitionProof proof = prove(partition, Layout::estream);
  CHECK_MESSAGE(faults(proof) == 0, text_of(proof));
}
