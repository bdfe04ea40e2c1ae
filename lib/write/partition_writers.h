#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "group/settlement.h"
#include "io/system.h"
#include "log/partition_writer.h"
#include "topic/topic.h"
#include "topic/topic_config.h"
#include "topic/topic_name.h"

namespace estream::write {

// A topic to write to.
struct WriteTarget {
  topic::TopicRef topic;
  bool creates_topic = true;                    // If it does not exist.
  topic::TopicConfig settings = {};             // Of a new topic, except for the following two.
  std::optional<std::int32_t> partitions = {};  // An existing topic must have the same number.
  std::optional<std::int64_t> segment_bytes = {};
  std::optional<std::int32_t> partition = {};  // The only one that will be written to.
  log::SyncLevel sync_level = log::SyncLevel::interval;
  std::int64_t lock_timeout_ns = 10'000'000'000;
};

// The writers of a topic's partitions. Each is opened when it is first needed. The topic, too, is
// made only when it is first needed, so that no topic is made for an empty input, or for an input
// whose first line is wrong.
class PartitionWriters {
 public:
  // Opens the topic, or notes that it has to be made. `target` must outlive this.
  static Result<std::unique_ptr<PartitionWriters>> open(io::System& system,
                                                        const WriteTarget& target);

  std::int32_t partition_count() const { return config_.partition_count; }
  // Whether the topic exists already. It does after the first writer().
  bool has_topic() const { return topic_.has_value(); }
  // The topic, which must exist.
  const topic::Topic& topic() const { return *topic_; }
  // Whether this run has made it.
  bool has_made_topic() const { return has_made_topic_; }

  // Valid as long as this. Must not be called by two threads at once, but may be called while
  // another thread syncs. The first call stores what dead runs of `--atomic` had decided.
  Result<log::PartitionWriter*> writer(std::int32_t partition);

  // The same for what is decided beside the topic; see group/settlement.h.
  group::WriterOf writer_of() {
    return [this](const group::Sink&, std::int32_t partition) { return writer(partition); };
  }

  // Syncs and publishes everything that was appended so far.
  Result<void> sync_all();

  // Makes the topic, even without an event, if the user gave a number of partitions.
  Result<void> create_if_asked();

  // To be called when nothing more will be appended.
  Result<void> finish();

  // Prints as warnings what recoveries have done, and what the first writer() has stored.
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
  bool has_made_topic_ = false;
  bool is_settled_ = false;  // Of the inputs of dead runs.
  std::vector<std::string> notices_;
  std::mutex mutex_;  // Guards the vector, not the writers in it.
  std::vector<std::unique_ptr<log::PartitionWriter>> writers_;
};

}  // namespace estream::write
