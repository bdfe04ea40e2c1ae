#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "io/system.h"
#include "log/partition_writer.h"
#include "tool/produce_options.h"
#include "topic/topic.h"

namespace estream::tool {

// The writers of a topic's partitions, opened when they are first needed; so is the topic, which an
// empty input, or one that is wrong from its first line, therefore does not make.
class PartitionWriters {
 public:
  // Opens the topic, or takes note that it has to be made.
  static Result<std::unique_ptr<PartitionWriters>> open(io::System& system,
                                                        const ProduceOptions& options);

  std::int32_t partition_count() const { return config_.partition_count; }

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
  PartitionWriters(io::System& system, const ProduceOptions& options)
      : system_(system), options_(options) {}

  Result<void> check_partitions() const;
  Result<void> create_topic();

  io::System& system_;
  const ProduceOptions& options_;
  topic::TopicConfig config_;
  std::optional<topic::Topic> topic_;  // Nothing until it is made.
  std::mutex mutex_;                   // Guards the vector, not what is in it.
  std::vector<std::unique_ptr<log::PartitionWriter>> writers_;
};

}  // namespace estream::tool
