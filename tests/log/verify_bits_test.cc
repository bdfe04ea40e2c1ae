#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "log/verify/verify.h"
#include "support/mixed_partition.h"

using namespace estream;
using namespace estream::log;

namespace {

PartitionProof prove(TestPartition& partition) {
  return verify_partition(partition.directory(), Layout::estream, std::nullopt, {});
}

// What became of the flips in one file.
struct Tally {
  int flips = 0;
  int found = 0;
  int named_elsewhere = 0;  // Of those found: no fault names this file.
  std::map<Verdict, int> read;
  std::vector<std::size_t> silent;
  std::map<std::string, int> skimmed;  // Headers alone are other ones, in this field.
};

// The field in which two headers differ.
std::string differing_field(const BatchHeader& a, const BatchHeader& b) {
  if (a.base_offset != b.base_offset) return "base_offset";
  if (a.batch_length != b.batch_length) return "batch_length";
  if (a.leader_epoch != b.leader_epoch) return "leader_epoch";
  if (a.crc != b.crc) return "crc";
  if (a.last_offset_delta != b.last_offset_delta) return "last_offset_delta";
  if (a.base_timestamp != b.base_timestamp) return "base_timestamp";
  if (a.max_timestamp != b.max_timestamp) return "max_timestamp";
  if (a.producer_id != b.producer_id) return "producer_id";
  if (a.producer_epoch != b.producer_epoch) return "producer_epoch";
  if (a.base_sequence != b.base_sequence) return "base_sequence";
  if (a.record_count != b.record_count) return "record_count";
  return "attributes";
}

// The headers as those see them who count without unpacking; nothing after an error.
std::optional<std::vector<BatchHeader>> skim(TestPartition& partition) {
  auto reader = PartitionReader::open(partition.directory(), Layout::estream, std::nullopt);
  if (!reader) return std::nullopt;
  std::vector<BatchHeader> headers;
  for (;;) {
    const auto header = reader->peek();
    if (!header) return std::nullopt;
    if (!*header) return headers;
    headers.push_back(**header);
    reader->skip();
  }
}

void note_skimmed(const Reading& original, TestPartition& partition, Tally& tally) {
  const auto headers = skim(partition);
  if (!headers) return;
  for (std::size_t i = 0; i < std::min(headers->size(), original.headers.size()); i++) {
    if (!((*headers)[i] == original.headers[i])) {
      tally.skimmed[differing_field((*headers)[i], original.headers[i])]++;
      return;
    }
  }
}

Tally flip_all(TestPartition& partition, const std::string& path, const std::string& content,
               const Reading& original) {
  Tally tally;
  const bool is_log = path.ends_with(".log");
  const std::vector<bool> is_header = is_log ? header_bytes(content) : std::vector<bool>();
  for (std::size_t bit = 0; bit < content.size() * 8; bit++) {
    // Records are covered by nothing but the checksum, which any bit changes: one bit of each byte.
    const bool is_record = is_log && !is_header[bit / 8];
    if (is_record && bit % 8 != bit / 8 % 8) continue;
    partition.system.set_content(path, flipped(content, bit));
    const PartitionProof proof = prove(partition);
    const auto names_file = [&](const Finding& finding) {
      return finding.kind == Finding::Kind::fault && finding.file == path;
    };
    const bool is_found = proof.count(Finding::Kind::fault) > 0;
    const Verdict verdict = judge(original, reading_of(partition.directory()));
    tally.flips++;
    tally.read[verdict]++;
    if (is_found && std::ranges::none_of(proof.findings, names_file)) tally.named_elsewhere++;
    (is_found ? tally.found++ : 0);
    if (!is_found || verdict == Verdict::different) tally.silent.push_back(bit);
    if (is_log && is_header[bit / 8]) note_skimmed(original, partition, tally);
  }
  partition.system.set_content(path, content);
  return tally;
}

bool is_index(const std::string& path) { return path.ends_with("index"); }

}  // namespace

TEST_CASE("a flipped bit of any byte is found, and no reader shows what was not written") {
  TestPartition partition;
  fill_mixed(partition);
  const PartitionProof whole = prove(partition);
  for (const Finding& finding : whole.findings) FAIL_CHECK(finding.text());
  const Reading original = reading_of(partition.directory());
  REQUIRE(!original.has_error);
  int flips = 0, found = 0, silent = 0;
  std::map<std::string, int> skimmed;
  for (const auto& [path, content] : files_of(partition)) {
    if (content.empty()) continue;
    Tally tally = flip_all(partition, path, content, original);
    MESSAGE(path << ": " << tally.flips << " flips, found " << tally.found << " (named elsewhere "
                 << tally.named_elsewhere << "), silent " << tally.silent.size() << "; read: same "
                 << tally.read[Verdict::same] << ", refused " << tally.read[Verdict::refused]
                 << ", shorter " << tally.read[Verdict::shorter] << ", different "
                 << tally.read[Verdict::different]);
    flips += tally.flips;
    found += tally.found;
    silent += static_cast<int>(tally.silent.size());
    for (const auto& [field, count] : tally.skimmed) skimmed[field] += count;
    // An epoch that begins elsewhere is met at the batches that have it.
    CHECK((tally.named_elsewhere == 0 || path == "p/leader-epoch-checkpoint"));
    CHECK(tally.read[Verdict::different] == 0);
    // A slot is passed over for its twin, which may be older: the next writer recovers the rest.
    CHECK((tally.read[Verdict::shorter] == 0 || path == "p/commit"));
    // Only an index may be damaged without a reader noticing, and the slot that nobody reads.
    const bool may_stay = is_index(path) || path == "p/commit";
    CHECK((tally.read[Verdict::same] == 0 || may_stay));
  }
  MESSAGE(flips << " flips, found " << found << ", harmless 0, silent " << silent);
  // The checksum covers these fields, but whoever looks at headers alone does not compute it.
  const std::set<std::string> unprotected = {
      "crc",           "base_timestamp", "max_timestamp", "producer_id",       "producer_epoch",
      "base_sequence", "record_count",   "attributes",    "last_offset_delta", "batch_length"};
  for (const auto& [field, count] : skimmed) {
    MESSAGE("headers alone: " << field << " is wrong after " << count << " flips");
    CHECK(unprotected.contains(field));
  }
  CHECK(silent == 0);
  CHECK(found == flips);
  CHECK(flips > 50'000);
}

TEST_CASE("no flipped bit of an index leads a search elsewhere") {
  TestPartition partition;
  fill_mixed(partition);
  const Reading original = reading_of(partition.directory());
  int flips = 0, searches = 0, wrong = 0;
  for (const auto& [path, content] : files_of(partition)) {
    if (!is_index(path)) continue;
    for (std::size_t bit = 0; bit < content.size() * 8; bit++, flips++) {
      partition.system.set_content(path, flipped(content, bit));
      auto reader = PartitionReader::open(partition.directory(), Layout::estream, std::nullopt);
      REQUIRE(reader);
      for (const OwnedRecord& record : original.records) {
        REQUIRE(reader->seek({record.offset}));
        const auto header = reader->peek();
        const bool is_right = header && *header && (*header)->base_offset.value <= record.offset &&
                              (*header)->last_offset().value >= record.offset;
        // Nothing before the offset that is found may be of the wanted time or later.
        const auto reaching = reader->offset_reaching({record.timestamp_ms});
        const auto first = std::ranges::find_if(original.records, [&](const OwnedRecord& other) {
          return other.timestamp_ms >= record.timestamp_ms;
        });
        const bool is_early = reaching && reaching->value <= first->offset;
        searches += 2;
        wrong += (is_right ? 0 : 1) + (is_early ? 0 : 1);
      }
    }
    partition.system.set_content(path, content);
  }
  MESSAGE(flips << " flips, " << searches << " searches, wrong " << wrong);
  CHECK(wrong == 0);
  CHECK(flips > 500);
}
