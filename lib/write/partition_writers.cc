#include "write/partition_writers.h"

#include <utility>

#include "group/atomic_input.h"
#include "text/say.h"
#include "write/topic_identity.h"

namespace estream::write {

Result<std::unique_ptr<PartitionWriters>> PartitionWriters::open(io::System& system,
                                                                 const WriteTarget& target) {
  std::unique_ptr<PartitionWriters> writers(new PartitionWriters(system, target));
  auto topic = topic::Topic::open(system, target.topic.root, target.topic.name);
  if (topic) {
    writers->config_ = topic->config();
    if (topic->layout() == log::Layout::kafka) {
      return Error{Error::Code::usage, target.topic.root +
                                           ": is a Kafka broker's directory, which estream only "
                                           "reads; write to another one (-d DIR)"};
    }
    writers->topic_.emplace(*std::move(topic));
  } else if (topic.error().code == Error::Code::not_found && target.creates_topic) {
    writers->config_ = target.settings;
    writers->config_.partition_count = target.partitions.value_or(target.settings.partition_count);
    writers->config_.segment_bytes = target.segment_bytes.value_or(writers->config_.segment_bytes);
  } else {
    return std::move(topic).error();
  }
  TRY(writers->check_partitions());
  writers->writers_.resize(static_cast<std::size_t>(writers->partition_count()));
  return writers;
}

Result<void> PartitionWriters::check_partitions() const {
  const std::string count =
      std::to_string(partition_count()) + (partition_count() == 1 ? " partition" : " partitions");
  if (target_.partitions && *target_.partitions != partition_count()) {
    return Error{Error::Code::usage, "topic '" + target_.topic.name + "' has " + count +
                                         "; --partitions is for a topic that does not exist yet"};
  }
  if (target_.partition && *target_.partition >= partition_count()) {
    return Error{Error::Code::usage, "topic '" + target_.topic.name + "' has " + count +
                                         ", and no number " + std::to_string(*target_.partition)};
  }
  return {};
}

Result<void> PartitionWriters::create_topic() {
  auto made = topic::Topic::create(system_, target_.topic.root, target_.topic.name, config_);
  has_made_topic_ = made.has_value();
  if (!made && made.error().code == Error::Code::exists) {
    made = topic::Topic::open(system_, target_.topic.root, target_.topic.name);
  }
  if (!made) {
    return Error{made.error().code,
                 "topic '" + target_.topic.name + "' cannot be made: " + made.error().message};
  }
  if (made->config().partition_count != partition_count()) {
    return Error{Error::Code::busy, "topic '" + target_.topic.name +
                                        "' was made by another process meanwhile, with another "
                                        "number of partitions; run it again"};
  }
  topic_.emplace(*std::move(made));
  return {};
}

Result<log::PartitionWriter*> PartitionWriters::writer(std::int32_t partition) {
  std::unique_ptr<log::PartitionWriter>& slot = writers_[static_cast<std::size_t>(partition)];
  if (slot != nullptr) return slot.get();
  if (!topic_) TRY(create_topic());
  TRY(give_topic_id(*topic_));
  if (!std::exchange(is_settled_, true)) {
    notices_ = TRY(group::settle_atomic_inputs(*topic_, writer_of()));
    if (slot != nullptr) return slot.get();
  }
  log::WriterOptions options;
  options.sync_level = target_.sync_level;
  options.lock_timeout_ns = target_.lock_timeout_ns;
  auto opened = TRY(topic_->open_writer(partition, options));
  const std::scoped_lock guard(mutex_);
  slot = std::move(opened);
  return slot.get();
}

Result<void> PartitionWriters::sync_all() {
  std::vector<log::PartitionWriter*> open;
  {
    const std::scoped_lock guard(mutex_);
    for (const auto& writer : writers_) {
      if (writer != nullptr) open.push_back(writer.get());
    }
  }
  for (log::PartitionWriter* writer : open) TRY(writer->sync());
  return {};
}

Result<void> PartitionWriters::create_if_asked() {
  if (topic_ || !target_.partitions) return {};
  return create_topic();
}

Result<void> PartitionWriters::finish() {
  for (const auto& writer : writers_) {
    if (writer != nullptr) TRY(writer->finish());
  }
  return {};
}

void PartitionWriters::say_notices() {
  for (const std::string& notice : std::exchange(notices_, {})) {
    text::say(text::Level::warning, notice);
  }
  const std::scoped_lock guard(mutex_);
  for (const auto& writer : writers_) {
    if (writer == nullptr) continue;
    for (const std::string& notice : writer->take_notices()) {
      text::say(text::Level::warning, notice);
    }
  }
}

}  // namespace estream::write
