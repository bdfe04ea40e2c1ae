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

// Reads the files in which a broker's data directory (Kafka's log.dirs) describes itself.

// Whether `root` is a broker's data directory: it has a regular file meta.properties.
Result<bool> is_kafka_root(const io::Directory& root);

// Whether a topic of this name in the root would be a broker's. A topic of estream that was put
// into a broker's root is not.
Result<bool> is_kafka_topic(const io::Directory& root, const std::string& name);

struct KafkaPartition {
  std::string topic;
  std::int32_t partition = 0;
};

// "orders-0" is partition 0 of orders; the last dash counts. Nothing for directories that the
// broker is deleting ("orders-0.UUID-delete"), and for other names.
std::optional<KafkaPartition> parse_kafka_partition(std::string_view directory_name);

// The id that the broker gave to the topic of this partition. There is none in a directory of a
// Kafka before 2.8, or when the broker's file has no valid id.
TopicId read_kafka_topic_id(const io::Directory& root, const std::string& partition_name);

// The log start offsets of the topic's partitions, from log-start-offset-checkpoint. Partitions
// that begin with their first segment are not in this file.
Result<std::map<std::int32_t, Offset>> read_log_start_offsets(const io::Directory& root,
                                                              const std::string& topic);

}  // namespace estream::topic
