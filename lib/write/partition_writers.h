#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "io/system.h"
#include "log/partition_writer.h"
#include "topic/topic.h"
#include "topic/topic_config.h"
#include "topic/topic_name.h"

namespace estream::write {

// A topic that is to be written to.
struct WriteTarget {
  topic::TopicRef topic;
  bool creates_topic = true;         // When it is not there.
  topic::TopicConfig settings = {};  // Of a topic that is made, but for the following two.
  std::optional<std::int32_t> partitions = {};  // A topic that is there must have as many.
  std::optional<std::int64_t> segment_bytes = {};
  std::optional<std::int32_t> partition = {};  // The only one that will be written to.
  log::SyncLevel sync_level = log::SyncLevel::interval;
  std::int64_t lock_timeout_ns = 10'000'000'000;
};

// The writers of a topic's partitions, opened when they are first needed; so is the topic, which an
// empty input, or one that is wrong from its first line, therefore does not make.
class PartitionWriters {
 public:
  // Opens the topic, or takes note that it has to be made. `target` must outlive this.
  static Result<std::unique_ptr<PartitionWriters>> open(io::System& system,
                                                        const WriteTarget& target);

  std::int32_t partition_count() const { return config_.partition_count; }
  // Whether the topic is there already.
  bool has_topic() const { return topic_.has_value(); }

  // Valid as long as this. Not for two threads at once, but while another one syncs.
  Result<log::PartitionWriter*> writer(std::int32_t partition);

  // Everything appended so far is on the device and published.
  Result<void> sync_all();

  // A number of partitions that was asked for makes the topic, even if there was no event.
  Result<void> create_if_asked();

  // Nothing more will be appended.
  Result<void> finish();

  // Says what recovery had to do, as warnings.
  void say_notices();

 private:
  PartitionWriters(io::System& system, const WriteTarget& target)
      : system_(system), target_(target) {}

  Result<void> check_partitions() const;
  Result<void> create_topic();

  io::System& system_;
  const WriteTarget& target_;
  topic::TopicConfig config_;
  std::optional<topic::Topic> topic_;  // Nothing until it is made.
  std::mutex mutex_;                   // Guards the vector, not what is in it.
  std::vector<std::unique_ptr<log::PartitionWriter>> writers_;
};

}  // namespace estream::write
