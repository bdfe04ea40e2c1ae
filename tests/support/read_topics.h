#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "read/partition_source.h"
#include "record/batch_builder.h"
#include "support/memory_system.h"
#include "topic/topic.h"

// Topics on a machine in memory, for tests of what reads them.

namespace estream::tool {

using namespace read;

struct TestRecord {
  std::int64_t time_ms = 0;
  std::optional<std::string> value;
  std::optional<std::string> key = {};
};

// A batch of these records.
inline std::vector<std::byte> test_batch(const std::vector<TestRecord>& records,
                                         Codec codec = Codec::zstd) {
  std::int64_t smallest = INT64_MAX;
  for (const TestRecord& record : records) smallest = std::min(smallest, record.time_ms);
  BatchBuilder builder;
  builder.begin({smallest});
  for (const TestRecord& record : records) {
    builder.append({record.time_ms}, record.key, record.value, {});
  }
  const auto batch = builder.finish(codec, 1);
  REQUIRE(batch);
  return {batch->begin(), batch->end()};
}

class TestTopic {
 public:
  TestTopic(io::System& system, const std::string& name, std::int32_t partitions) {
    topic::TopicConfig config;
    config.partition_count = partitions;
    auto topic = topic::Topic::create(system, "log", name, config);
    if (!topic) FAIL(topic.error().message);
    topic_ = std::make_shared<const topic::Topic>(*std::move(topic));
  }

  void append(std::int32_t partition, const std::vector<TestRecord>& records) {
    auto writer = topic_->open_writer(partition, {.sync_level = log::SyncLevel::none});
    if (!writer) FAIL(writer.error().message);
    std::vector<std::byte> batch = test_batch(records);
    const auto appended = (*writer)->append(batch);
    if (!appended) FAIL(appended.error().message);
  }

  PartitionSource source(std::int32_t partition) const {
    auto reader = topic_->open_reader(partition);
    if (!reader) FAIL(reader.error().message);
    return {{topic_, partition, topic_->name() + "/" + std::to_string(partition)},
            *std::move(reader)};
  }

 private:
  std::shared_ptr<const topic::Topic> topic_;
};

}  // namespace estream::tool
