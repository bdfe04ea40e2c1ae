#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/read_topics.h"
#include "tool/replay/replay_input.h"

namespace estream::tool {

using namespace read;

// All that is in these topics now, as something to be replayed. The topics must outlive it.
inline ReplayInput replay_input(
    const std::vector<std::pair<const TestTopic*, std::int32_t>>& topics,
    RecordShape::Kind shape = RecordShape::Kind::value) {
  const auto open = [topics]() -> Result<std::vector<PartitionSource>> {
    std::vector<PartitionSource> sources;
    for (const auto& [topic, partitions] : topics) {
      for (std::int32_t partition = 0; partition < partitions; partition++) {
        sources.push_back(topic->source(partition));
      }
    }
    return sources;
  };
  ReplayInput input;
  input.open = open;
  input.plan.shape.kind = shape;
  const auto sources = open();
  REQUIRE(sources);
  for (const PartitionSource& source : *sources) {
    input.plan.sources.push_back({source.topic->name(),
                                  source.partition,
                                  {.begin = {0}, .end = source.reader.end_offset()}});
  }
  return input;
}

}  // namespace estream::tool
