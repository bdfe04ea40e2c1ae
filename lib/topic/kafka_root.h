#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "topic/topic_id.h"

namespace estream::topic {

// What a broker's data directory (Kafka's log.dirs) says about itself.

// Whether `root` is one: it has a regular file meta.properties.
Result<bool> is_kafka_root(const io::Directory& root);

// Whether a topic of this name in the root would be a broker's. A topic of ours that was put into a
// broker's root is ours all the same.
Result<bool> is_kafka_topic(const io::Directory& root, const std::string& name);

struct KafkaPartition {
  std::string topic;
  std::int32_t partition = 0;
};

// "orders-0" is partition 0 of orders; the last dash counts. Directories on their way out
// ("orders-0.UUID-delete") and other names are none.
std::optional<KafkaPartition> parse_kafka_partition(std::string_view directory_name);

// The id that the broker gave to the topic of this partition; none in a directory of before Kafka
// 2.8, or when what the broker wrote about it is no id.
TopicId read_kafka_topic_id(const io::Directory& root, const std::string& partition_name);

// Log start offsets of the topic's partitions, from log-start-offset-checkpoint; partitions that
// begin with their first segment are not in it.
Result<std::map<std::int32_t, Offset>> read_log_start_offsets(const io::Directory& root,
                                                              const std::string& topic);

}  // namespace estream::topic
