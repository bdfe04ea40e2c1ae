#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/group_owner.h"

// A pipeline: events of one source partition become events of two topics with three partitions in
// all. Each owner stamps what it makes, as a command that answers differently each time.

namespace estream::group {

inline constexpr std::int64_t pipeline_claim_events = 3;
inline constexpr const char* pipeline_partitions[] = {"out-0", "out-1", "dead-0"};

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

// Where an event goes: an even one into out-0 and an odd one into out-1, each third one as a dead
// letter as well; each fifth one goes nowhere.
inline std::vector<std::string> targets_of(std::int64_t event) {
  if (event % 5 == 4) return {};
  std::vector<std::string> targets = {event % 2 == 0 ? "out-0" : "out-1"};
  if (event % 3 == 0) targets.emplace_back("dead-0");
  return targets;
}

using MakeBatch = std::function<std::vector<std::byte>(const std::vector<std::string>& values)>;

// One batch for each event, so that a partition gets several.
inline std::vector<OutputBatch> pipeline_output(const SourcePosition& source,
                                                const std::string& stamp,
                                                const MakeBatch& make_batch) {
  std::map<std::string, std::vector<std::string>> values;
  for (std::int64_t event = source.position.value; event < source.claimed.value; event++) {
    for (const std::string& target : targets_of(event)) {
      values[target].push_back(std::to_string(event) + stamp);
    }
  }
  std::vector<OutputBatch> output;
  const auto add = [&](std::uint16_t sink, std::int32_t partition, const std::string& target) {
    for (const std::string& value : values[target]) {
      output.push_back({sink, partition, make_batch({value, value + "'"})});
    }
  };
  add(0, 0, "out-0");
  add(1, 0, "dead-0");
  add(0, 1, "out-1");
  return output;
}

inline OwnerWork pipeline_work(const std::string& stamp, std::int64_t events,
                               const MakeBatch& make_batch) {
  return {.fresh = fresh_pipeline(),
          .events = events,
          .events_of_claim = pipeline_claim_events,
          .writing = {.segment_bytes = 600},
          .make_output = [stamp, make_batch](const SourcePosition& source) {
            return pipeline_output(source, stamp, make_batch);
          }};
}

// What is wrong with the values of the partitions, of which those that begin with "f" are foreign;
// nothing when all output of so many events is there once, in order, and that of a claim is from
// one owner.
inline std::vector<std::string> pipeline_faults(
    const std::map<std::string, std::vector<std::string>>& stored, std::int64_t events) {
  std::vector<std::string> faults;
  std::map<std::int64_t, char> stamps;  // By claim.
  for (const std::string partition : pipeline_partitions) {
    std::string wanted;
    for (std::int64_t event = 0; event < events; event++) {
      for (const std::string& target : targets_of(event)) {
        if (target != partition) continue;
        wanted += std::to_string(event) + " " + std::to_string(event) + "' ";
      }
    }
    std::string found;
    for (std::string value : stored.at(partition)) {
      if (value.starts_with("f")) continue;
      const std::size_t at = value.find_first_not_of("0123456789");
      const std::int64_t claim = std::stoll(value) / pipeline_claim_events;
      if (value[at] != stamps.emplace(claim, value[at]).first->second) {
        faults.push_back(partition + ": " + value +
                         " is of another run than the rest of its claim");
      }
      found += value.erase(at, 1) + " ";
    }
    if (found != wanted) faults.push_back(partition + ": has " + found + "and not " + wanted);
  }
  return faults;
}

}  // namespace estream::group
