#include "topic/topic.h"

#include <algorithm>
#include <cerrno>
#include <set>

#include "log/create.h"
#include "topic/hidden_topic.h"
#include "topic/kafka_root.h"
#include "topic/new_topic.h"
#include "topic/topic_name.h"

namespace estream::topic {

namespace {

constexpr std::size_t config_bytes_max = 1 << 20;

Error unknown_topic(const std::string& root, const std::string& name) {
  return {Error::Code::not_found, "topic '" + name + "' does not exist in " + root};
}

// What is not there, is something else or may not be looked into is no topic. Any other failure is
// told: a list that leaves out what cannot be read at the moment would be believed.
Result<bool> is_topic(const io::Directory& root, const std::string& name) {
  const auto status = TRY(root.status(name));
  if (!status || status->kind != io::FileStatus::Kind::directory) return false;
  const std::string config = name + "/" + config_file_name;
  io::FileStatus ignored;
  const int answer = root.system().status_at(root.fd(), config.c_str(), ignored);
  if (answer == -ENOENT || answer == -ENOTDIR || answer == -EACCES) return false;
  if (answer < 0) return io::system_error(root.path_of(config), "stat", answer);
  return true;
}

}  // namespace

Result<Topic> Topic::open(io::System& system, const std::string& root, const std::string& name) {
  auto directory = io::Directory::open(system, root);
  if (!directory) {
    if (directory.error().code == Error::Code::not_found) return unknown_topic(root, name);
    return std::move(directory).error();
  }
  const bool is_kafka = TRY(is_kafka_root(*directory));
  return is_kafka ? open_kafka(*std::move(directory), name)
                  : open_ours(*std::move(directory), name);
}

Result<Topic> Topic::open_ours(io::Directory root, const std::string& name) {
  TRY(check_topic_name(name));
  Topic topic(std::move(root), name);
  const auto status = TRY(topic.root_.status(name));
  if (!status) return unknown_topic(topic.root_.name(), name);
  const io::Directory directory = TRY(topic.root_.open_directory(name));
  auto json = directory.read_file(config_file_name, config_bytes_max);
  if (!json) {
    if (json.error().code != Error::Code::not_found) return std::move(json).error();
    return Error{Error::Code::usage, directory.name() + ": is not a topic: it has no topic.json"};
  }
  auto config = parse_topic_config(*json);
  if (!config) {
    return Error{config.error().code,
                 directory.path_of(config_file_name) + ": " + config.error().message};
  }
  topic.config_ = *std::move(config);
  for (std::int32_t i = 0; i < topic.config_.partition_count; i++) topic.partitions_.push_back(i);
  return topic;
}

Result<Topic> Topic::open_kafka(io::Directory root, const std::string& name) {
  Topic topic(std::move(root), name);
  topic.layout_ = log::Layout::kafka;
  for (const std::string& entry : TRY(topic.root_.list())) {
    const auto partition = parse_kafka_partition(entry);
    if (partition && partition->topic == name) topic.partitions_.push_back(partition->partition);
  }
  if (topic.partitions_.empty()) return unknown_topic(topic.root_.name(), name);
  std::ranges::sort(topic.partitions_);
  topic.config_.partition_count = topic.partitions_.back() + 1;
  topic.log_start_offsets_ = TRY(read_log_start_offsets(topic.root_, name));
  return topic;
}

Result<Topic> Topic::create(io::System& system, const std::string& root, const std::string& name,
                            const TopicConfig& config) {
  TRY(make_topic(system, root, name, config, [](std::int32_t, const io::Directory& partition) {
    return log::create_partition(partition);
  }));
  return open(system, root, name);
}

Result<io::Directory> Topic::open_partition(std::int32_t partition) const {
  if (layout_ == log::Layout::kafka) {
    return root_.open_directory(name_ + "-" + std::to_string(partition));
  }
  const io::Directory directory = TRY(root_.open_directory(name_));
  return directory.open_directory(std::to_string(partition));
}

Result<void> Topic::remove_dead_temporaries() const {
  remove_dead_topics(root_);
  const io::Directory directory = TRY(root_.open_directory(name_));
  return directory.remove_dead_temporaries(config_file_name);
}

std::optional<Offset> Topic::log_start_offset(std::int32_t partition) const {
  const auto found = log_start_offsets_.find(partition);
  return found == log_start_offsets_.end() ? std::nullopt : std::optional(found->second);
}

Result<log::PartitionReader> Topic::open_reader(std::int32_t partition) const {
  const io::Directory directory = TRY(open_partition(partition));
  return log::PartitionReader::open(directory, layout_, log_start_offset(partition));
}

Result<std::unique_ptr<log::PartitionWriter>> Topic::open_writer(std::int32_t partition,
                                                                 log::WriterOptions options) const {
  if (layout_ == log::Layout::kafka) {
    return Error{Error::Code::usage,
                 root_.name() + ": is a Kafka broker's directory, which estream only reads"};
  }
  const io::Directory directory = TRY(open_partition(partition));
  options.segment_bytes = config_.segment_bytes;
  options.segment_ms = config_.segment_ms;
  const bool is_untouched = TRY(log::is_untouched(directory));
  if (is_untouched) TRY(root_.sync());
  return log::PartitionWriter::open(directory, options);
}

Result<std::vector<std::string>> list_topics(io::System& system, const std::string& root) {
  std::set<std::string> topics;
  const auto directory = io::Directory::open(system, root);
  if (!directory && directory.error().code != Error::Code::not_found) return directory.error();
  if (!directory) return std::vector<std::string>();
  const bool is_kafka = TRY(is_kafka_root(*directory));
  for (const std::string& entry : TRY(directory->list())) {
    if (is_kafka) {
      if (const auto partition = parse_kafka_partition(entry)) topics.insert(partition->topic);
    } else if (check_topic_name(entry)) {
      const bool is_one = TRY(is_topic(*directory, entry));
      if (is_one) topics.insert(entry);
    }
  }
  return std::vector<std::string>(topics.begin(), topics.end());
}

}  // namespace estream::topic
