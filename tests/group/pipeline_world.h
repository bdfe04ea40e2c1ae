#pragma once

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "group/pending_batches.h"
#include "group/position_file.h"
#include "group/settlement.h"
#include "io/directory.h"
#include "support/memory_system.h"
#include "support/partition.h"

// A pipeline on a machine in memory: events of one source partition become events of two topics
// with three partitions in all. Each owner stamps what it makes, as a command that answers
// differently each time.

namespace estream::group {

inline PositionState fresh_pipeline() {
  PositionState state;
  state.group = "enrich";
  state.member = "m";
  state.producer_id = 0x0123456789abcdef;
  state.sources = {{"orders", {}, 0, {0}, {0}, {0}, -1}};
  state.sinks = {{Sink::Role::into, "out", {}, {{}, {}}},
                 {Sink::Role::dead_letters, "dead", {}, {{}}}};
  return state;
}

struct PipelineWorld {
  static constexpr std::int64_t batch_events = 3;

  io::MemorySystem system;
  std::int64_t last = 2 * batch_events;

  PipelineWorld() {
    make_directory("g");
    for (const char* partition : {"out-0", "out-1", "dead-0"}) {
      make_directory(partition);
      REQUIRE(log::create_partition(*io::Directory::open(system, partition)));
    }
    system.crash(io::MemorySystem::Loss::nothing);
  }

  void make_directory(const char* name) {
    REQUIRE(system.make_directory_at(system.current_directory(), name, 0777) == 0);
  }

  std::vector<log::StoredRecord> stored(const std::string& partition) {
    const auto directory = io::Directory::open(system, partition);
    REQUIRE(directory);
    const auto found = log::read_all(*directory, log::Layout::estream, log::Extent::written);
    if (!found) FAIL(found.error().message);
    return *found;
  }
};

// Where an event goes: an even one into out-0 and an odd one into out-1, each third one as a dead
// letter as well; each fifth one goes nowhere.
inline std::vector<std::string> targets_of(std::int64_t event) {
  if (event % 5 == 4) return {};
  std::vector<std::string> targets = {event % 2 == 0 ? "out-0" : "out-1"};
  if (event % 3 == 0) targets.emplace_back("dead-0");
  return targets;
}

// One process that owns the source partition, from its takeover to its death or to the end of the
// work.
class PipelineOwner {
 public:
  PipelineOwner(PipelineWorld& world, std::string stamp)
      : world_(&world), stamp_(std::move(stamp)) {}

  Result<void> live() {
    const io::Directory directory = TRY(io::Directory::open(world_->system, "g"));
    file_.emplace(TRY(PositionFile::open(directory, "orders-0", fresh_pipeline())));
    TRY(file_->take_over("m"));
    state_ = file_->content().state;
    TRY(settle(*file_, state_, writer_of(), {.owner = "group 'enrich'"}));
    while (state_.sources[0].position.value < world_->last) TRY(work());
    TRY(file_->note(state_));
    return file_->commit();
  }

  const PositionState& state() const { return state_; }

 private:
  WriterOf writer_of() {
    return [this](const Sink& sink, std::int32_t partition) -> Result<log::PartitionWriter*> {
      const std::string name = sink.topic + "-" + std::to_string(partition);
      auto& writer = writers_[name];
      if (writer == nullptr) {
        const io::Directory directory = TRY(io::Directory::open(world_->system, name));
        writer = TRY(log::PartitionWriter::open(directory, {.segment_bytes = 600}));
      }
      return writer.get();
    };
  }

  Result<void> work() {
    SourcePosition& source = state_.sources[0];
    const std::int64_t begin = source.position.value;
    // A claim of a dead owner keeps its end.
    if (source.claimed == source.position)
      source.claimed = source.position + PipelineWorld::batch_events;
    state_.attempts++;
    TRY(file_->note(state_));
    std::map<std::string, std::vector<std::string>> values;
    for (std::int64_t event = begin; event < source.claimed.value; event++) {
      for (const std::string& target : targets_of(event)) {
        values[target].push_back(std::to_string(event) + stamp_);
      }
    }
    std::string pending;
    add(pending, 0, 0, values["out-0"]);
    add(pending, 1, 0, values["dead-0"]);
    add(pending, 0, 1, values["out-1"]);
    TRY(store_output(*file_, state_, std::move(pending), writer_of(), {.owner = "group"}));
    return {};
  }

  // One batch for each value, so that a partition gets several.
  static void add(std::string& pending, std::uint16_t sink, std::int32_t partition,
                  const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      add_pending(pending, sink, partition, log::batch_of({value, value + "'"}));
    }
  }

  PipelineWorld* world_;
  std::string stamp_;
  std::optional<PositionFile> file_;
  PositionState state_;
  std::map<std::string, std::unique_ptr<log::PartitionWriter>> writers_;
};

// All output is there once, in order, and that of a batch is from one owner. `foreign` values are
// those of other producers.
inline void check_pipeline(PipelineWorld& world, std::string_view foreign = "f") {
  std::map<std::int64_t, char> stamps;  // By batch.
  for (const char* const name : {"out-0", "out-1", "dead-0"}) {
    const std::string partition = name;
    CAPTURE(partition);
    std::vector<std::string> wanted;
    for (std::int64_t event = 0; event < world.last; event++) {
      for (const std::string& target : targets_of(event)) {
        if (target != partition) continue;
        wanted.push_back(std::to_string(event));
        wanted.push_back(std::to_string(event) + "'");
      }
    }
    std::vector<std::string> found;
    for (const log::StoredRecord& record : world.stored(partition)) {
      if (record.value.starts_with(foreign)) continue;
      std::string value = record.value;
      const std::size_t at = value.find_first_not_of("0123456789");
      REQUIRE(at != std::string::npos);
      const std::int64_t batch = std::stoll(value) / PipelineWorld::batch_events;
      const char stamp = stamps.emplace(batch, value[at]).first->second;
      CHECK(value[at] == stamp);
      found.push_back(value.erase(at, 1));
    }
    CHECK(found == wanted);
  }
}

}  // namespace estream::group
