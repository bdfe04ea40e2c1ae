#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "support/partition.h"

// Some work on a partition that may fail or die anywhere, and what must hold afterwards.

namespace estream::log {

// What the producers know when the work is over.
struct WorkOutcome {
  std::vector<std::string> attempted;                // In order; each value once.
  std::map<std::int64_t, std::string> acknowledged;  // By offset.
  std::size_t failures = 0;
};

// Two producers in turn, with batches of odd sizes over some segments. One that meets an error is
// gone, as its process would be, and another takes its place with the next batch.
class Work {
 public:
  Work(TestPartition& partition, SyncLevel level)
      : partition_(partition), options_{.sync_level = level, .segment_bytes = 1500} {}

  WorkOutcome run() {
    for (std::size_t i = 0; i < 9; i++) {
      step(producers_[i % 2], i);
      if (i % 4 >= 2) sync(producers_[i % 2]);
    }
    for (Producer& producer : producers_) sync(producer);
    for (Producer& producer : producers_) producer.writer.reset();
    return std::move(outcome_);
  }

 private:
  struct Producer {
    std::unique_ptr<PartitionWriter> writer;
    std::map<std::int64_t, std::string> waiting;  // Appended and not yet acknowledged.
  };

  void fail(Producer& producer) {
    outcome_.failures++;
    producer.writer.reset();
    producer.waiting.clear();
  }

  void step(Producer& producer, std::size_t i) {
    if (!producer.writer) {
      auto writer = partition_.try_writer(options_);
      if (!writer) return fail(producer);
      producer.writer = *std::move(writer);
    }
    const std::string value = std::to_string(i) + std::string(i * 397 % 700, '.');
    const std::vector<std::string> values = {value + "a", value + "b"};
    std::vector<std::byte> batch = batch_of(values, 1000 + static_cast<std::int64_t>(i));
    outcome_.attempted.insert(outcome_.attempted.end(), values.begin(), values.end());
    const auto appended = producer.writer->append(batch);
    if (!appended) return fail(producer);
    for (std::size_t record = 0; record < values.size(); record++) {
      const auto offset = appended->base_offset.value + static_cast<std::int64_t>(record);
      producer.waiting[offset] = values[record];
    }
    if (options_.sync_level != SyncLevel::interval) acknowledge(producer);
  }

  void sync(Producer& producer) {
    if (!producer.writer) return;
    if (!producer.writer->sync()) return fail(producer);
    acknowledge(producer);
  }

  void acknowledge(Producer& producer) {
    outcome_.acknowledged.insert(producer.waiting.begin(), producer.waiting.end());
    producer.waiting.clear();
  }

  TestPartition& partition_;
  WriterOptions options_;
  std::array<Producer, 2> producers_;
  WorkOutcome outcome_;
};

// Every record was attempted, is there once, and stands in the order of the attempts.
inline void check_order(const std::vector<StoredRecord>& found, const WorkOutcome& outcome) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < found.size(); i++) {
    REQUIRE(found[i].offset == static_cast<std::int64_t>(i));
    while (next < outcome.attempted.size() && outcome.attempted[next] != found[i].value) next++;
    REQUIRE(next < outcome.attempted.size());
    next++;
  }
}

inline void check_acknowledged(const std::vector<StoredRecord>& found, const WorkOutcome& outcome) {
  for (const auto& acknowledged : outcome.acknowledged) {
    const auto offset = static_cast<std::size_t>(acknowledged.first);
    CAPTURE(offset);
    REQUIRE(offset < found.size());
    REQUIRE(found[offset].value == acknowledged.second);
  }
}

// The tree without the commit file, whose sequence and boot grow with every recovery, and without
// the indexes: a roll that was interrupted may have left an entry that recovery does not make.
inline std::map<std::string, std::string> tree_of_records(TestPartition& partition) {
  std::map<std::string, std::string> tree = partition.system.tree();
  std::erase_if(tree, [](const auto& entry) {
    return entry.first == "p/commit" || entry.first.ends_with("index");
  });
  return tree;
}

// What must hold of a partition in whatever state the work left it: it is never called corrupt, a
// reader sees no nonsense, the next writer recovers it and goes on, and a second recovery has
// nothing to do.
inline void check_service(TestPartition& partition, const WorkOutcome& outcome,
                          bool are_acknowledged_kept) {
  check_order(partition.seen(), outcome);
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    const auto found = partition.seen(Extent::written);
    check_order(found, outcome);
    if (are_acknowledged_kept) check_acknowledged(found, outcome);
  }
  const auto before = tree_of_records(partition);
  partition.system.set_boot_id(io::BootId{std::byte{7}});
  partition.writer();
  REQUIRE(tree_of_records(partition) == before);

  const auto found = partition.seen();
  const auto end = static_cast<std::int64_t>(found.size());
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  REQUIRE(append(*writer, {"one more"}).base_offset == Offset{end});
  partition.system.crash(io::MemorySystem::Loss::all_unsynced);
  const auto after = partition.seen();
  REQUIRE(after.size() == found.size() + 1);
  REQUIRE(std::equal(found.begin(), found.end(), after.begin()));
}

}  // namespace estream::log
