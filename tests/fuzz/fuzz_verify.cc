// Any files in a partition's directory: verify comes to an end, says the same twice, and writes
// nothing; and where it finds no fault, a reader reads everything.
#include "fuzz/fuzz.h"
#include "fuzz/memory_meter.h"
#include "fuzz/partition.h"
#include "fuzz/segment_bytes.h"
#include "fuzz/segment_mutator.h"
#include "log/names.h"
#include "log/verify/verify.h"

using namespace estream;
using namespace estream::fuzz;

namespace {

Mark clean("verify", "a partition of ours with records is found good");
Mark clean_broker("verify", "a broker's partition with records is found good");
Mark faulty("verify", "a fault is found");

// The files that an input may have, by one byte each.
const char* const names[] = {"commit",
                             "leader-epoch-checkpoint",
                             "lock",
                             "00000000000000000000.log",
                             "00000000000000000000.index",
                             "00000000000000000000.timeindex",
                             "00000000000000000003.log",
                             "00000000000000000003.index",
                             "00000000000000000003.timeindex",
                             "00000000000000000003.snapshot",
                             "00000000000000000000.log.cleaned",
                             "partition.metadata",
                             "00000000000000000003.txnindex",
                             "something\nelse",
                             "9223372036854775807.log",
                             "99999999999999999999.log"};

// A list of: name, length in two bytes, content.
void put_files(Recipe& recipe, MemoryPartition& partition) {
  while (!recipe.is_empty()) {
    const char* const name = names[recipe.choice(std::size(names))];
    const std::size_t size = recipe.number<std::uint16_t>();
    partition.put(name, recipe.text(size));
  }
}

log::PartitionProof prove(MemoryPartition& partition, log::Layout layout) {
  return log::verify_partition(partition.directory(), layout, std::nullopt, {});
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Recipe recipe(data, size);
  const auto layout = recipe.flag() ? log::Layout::kafka : log::Layout::estream;
  MemoryPartition partition;
  put_files(recipe, partition);
  const auto before = partition.system.tree();
  const log::PartitionProof proof = prove(partition, layout);
  PROPERTY(partition.system.tree() == before);
  PROPERTY(prove(partition, layout).findings == proof.findings);
  for (const log::Finding& finding : proof.findings) PROPERTY(!finding.text().empty());

  const ReadOutcome read = read_all(partition.directory(), layout);
  PROPERTY(partition.system.tree() == before);
  if (proof.count(log::Finding::Kind::fault) > 0) {
    faulty.reach();
    return 0;
  }
  if (read.error) {
    std::fprintf(stderr, "no fault was found, and yet: %s\n", read.error->message.c_str());
    for (const auto& f : proof.findings) std::fprintf(stderr, "%s\n", f.text().c_str());
  }
  PROPERTY(!read.error || proof.segments == 0);
  if (read.records.empty()) return 0;
  (layout == log::Layout::kafka ? clean_broker : clean).reach();
  return 0;
}

// Changes one of the files: a log so that its checksums stay right.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                    unsigned seed) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  Recipe recipe(data, size);
  std::string changed(recipe.text(1));
  struct File {
    char name;
    std::string content;
  };
  std::vector<File> files;
  while (!recipe.is_empty()) {
    const char name = static_cast<char>(recipe.byte());
    const std::size_t length = recipe.number<std::uint16_t>();
    files.push_back({name, std::string(recipe.text(length))});
  }
  if (files.empty() || seed % 8 == 0) return LLVMFuzzerMutate(data, size, size_max);
  File& file = files[seed / 8 % files.size()];
  const auto number = static_cast<unsigned char>(file.name) % std::size(names);
  const bool is_log = std::string_view(names[number]).ends_with(".log");
  file.content = is_log ? mutate_segment(file.content, 16 << 10, seed / 64)
                        : mutate_text(file.content, 16 << 10);
  for (const File& each : files) {
    changed += each.name;
    changed += static_cast<char>(each.content.size() >> 8);
    changed += static_cast<char>(each.content.size());
    changed += each.content;
  }
  if (changed.size() > size_max) return size;
  std::copy(changed.begin(), changed.end(), data);
  return changed.size();
}
