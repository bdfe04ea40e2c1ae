#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "io/directory.h"
#include "log/maintenance/compaction.h"
#include "support/memory_system.h"
#include "support/partition.h"
#include "support/pipeline.h"

// The pipeline of support/pipeline.h on a machine in memory.

namespace estream::group {

struct PipelineWorld {
  static constexpr std::int64_t batch_events = pipeline_claim_events;

  io::MemorySystem system;
  std::int64_t last = 2 * batch_events;

  PipelineWorld() {
    make_directory("g");
    for (const char* partition : pipeline_partitions) {
      make_directory(partition);
      REQUIRE(log::create_partition(*io::Directory::open(system, partition)));
    }
    system.crash(io::MemorySystem::Loss::nothing);
  }

  void make_directory(const char* name) {
    REQUIRE(system.make_directory_at(system.current_directory(), name, 0777) == 0);
  }

  // With what compact() has removed.
  std::vector<log::StoredRecord> stored(const std::string& partition) {
    const auto directory = io::Directory::open(system, partition);
    REQUIRE(directory);
    const auto found = log::read_all(*directory, log::Layout::estream, log::Extent::written);
    if (!found) FAIL(found.error().message);
    std::vector<log::StoredRecord> all = removed[partition];
    all.insert(all.end(), found->begin(), found->end());
    return all;
  }

  // Takes away all events that are there, as a compaction does that drops those without a key.
  void compact(const std::string& partition) {
    const auto directory = io::Directory::open(system, partition);
    REQUIRE(directory);
    {
      const auto writer = log::PartitionWriter::open(*directory, {.segment_bytes = 600});
      REQUIRE(writer);
      REQUIRE((*writer)->seal_active());
    }
    const std::vector<log::StoredRecord> all = stored(partition);
    const auto maintenance = log::Maintenance::open(*directory, 0);
    REQUIRE(maintenance);
    const log::KeyCompaction options = {.now = {1'000'000}, .null_keys = log::NullKeys::drop};
    REQUIRE(log::compact_keys(**maintenance, (*maintenance)->inventory()->sealed, options,
                              log::Effect::apply));
    removed[partition].clear();
    CHECK(stored(partition).empty());
    removed[partition] = all;
  }

  std::map<std::string, std::vector<log::StoredRecord>> removed = {};
};

// One process that owns the source partition, from its takeover to its death or to the end of the
// work.
class PipelineOwner : public GroupOwner {
 public:
  PipelineOwner(PipelineWorld& world, const std::string& stamp)
      : GroupOwner(world.system, pipeline_work(stamp, world.last, [](const auto& values) {
                     return log::batch_of(values);
                   })) {}
};

// All output is there once, in order, and that of a claim is from one owner.
inline void check_pipeline(PipelineWorld& world) {
  std::map<std::string, std::vector<std::string>> stored;
  for (const char* partition : pipeline_partitions) {
    std::vector<std::string>& values = stored[partition];
    for (const log::StoredRecord& record : world.stored(partition)) values.push_back(record.value);
  }
  for (const std::string& fault : pipeline_faults(stored, world.last)) FAIL_CHECK(fault);
}

}  // namespace estream::group
