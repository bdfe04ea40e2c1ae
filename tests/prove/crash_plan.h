#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "log/partition_writer.h"

namespace estream::prove::crash {

// An event that a producer sends. No two are the same.
struct Event {
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};
  std::int64_t time_ms = 0;
  std::size_t producer = 0;

  friend bool operator==(const Event&, const Event&) = default;
};

// The events of one append.
using EventBatch = std::vector<Event>;

inline constexpr std::size_t producer_count = 2;
// This one numbers its events, and its command is run again after a death.
inline constexpr std::size_t idempotent = 1;
inline constexpr const char* idempotent_name = "nightly import";

// One thing that happens to the partition.
struct Task {
  enum class Kind {
    append,      // The producer's next batch.
    sync,        // By the producer; the other one appends a batch in the middle of it.
    restart,     // The producer's process ends well and begins again.
    commit,      // A consumer reads to the end and stores its position.
    seal,        // Maintenance rolls the active segment.
    retain,      // The older half of the sealed segments goes.
    compact,     // By key, while a producer appends.
    lose_index,  // Somebody removes the offset index of the oldest segment.
  };

  Kind kind;
  std::size_t producer = 0;
};

// What the processes do, all of it determined by the name.
struct Plan {
  std::string name;  // "mixed.0": the levels, and the seed; of seed 0 the order is a fixed one.
  std::array<log::SyncLevel, producer_count> levels;
  std::int64_t segment_bytes = 0;
  // As many batches as are appended, or more.
  std::array<std::vector<EventBatch>, producer_count> batches = {};
  std::vector<Task> tasks = {};

  bool is_durable() const { return levels[0] != log::SyncLevel::none; }
};

// The names of the levels that plans are made of.
inline constexpr std::array<const char*, 4> level_names = {"mixed", "interval", "batch", "none"};

// Nothing for a name that no plan has.
std::optional<Plan> plan_named(const std::string& name);
std::string plan_name(const char* levels, std::uint64_t seed);

}  // namespace estream::prove::crash
