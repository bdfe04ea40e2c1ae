#include "group/sink_topic.h"

#include <utility>

namespace estream::group {

std::int64_t random_producer_id(io::System& system) {
  return static_cast<std::int64_t>(system.random() >> 1);
}

Result<Sink> fresh_sink(Sink::Role role, const topic::Topic& topic, const WriterOf& writer_of) {
  Sink sink = {.role = role, .topic = topic.name(), .topic_id = topic.id(), .partitions = {}};
  for (std::int32_t i = 0; i < topic.config().partition_count; i++) {
    const log::PartitionWriter* const writer = TRY(writer_of(sink, i));
    const Offset synced = TRY(writer->synced_offset());
    sink.partitions.push_back({.looked = synced});
  }
  return sink;
}

bool is_topic_of(const Sink& sink, const topic::Topic& topic) {
  return !topic::are_different(topic.id(), sink.topic_id) &&
         std::cmp_equal(topic.config().partition_count, sink.partitions.size());
}

}  // namespace estream::group
