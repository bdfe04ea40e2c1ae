#include "topic/topic.h"

#include <algorithm>
#include <cerrno>
#include <set>

#include "log/create.h"
#include "log/names.h"
#include "topic/hidden_topic.h"
#include "topic/kafka_root.h"
#include "topic/new_topic.h"
#include "topic/topic_directory.h"
#include "topic/topic_file.h"
#include "topic/topic_name.h"

namespace estream::topic {

namespace {

Error unknown_topic(const std::string& root, const std::string& name) {
  return {Error::Code::not_found, "topic '" + name + "' does not exist in " + root};
}

Error only_read(const io::Directory& root) {
  return {Error::Code::usage,
          root.name() + ": is a Kafka broker's directory, which estream only reads"};
}

Error no_config(const io::Directory& topic) {
  return {
      Error::Code::corrupt,
      topic.path_of(config_file_name) +
          ": is missing, but there are partitions: restore it from a copy, or write it again as "
          "estream(5) describes it"};
}

// Whether the numbered directories of a topic are there.
Result<bool> has_partitions(const io::Directory& topic) {
  for (const std::string& name : TRY(topic.list())) {
    if (!log::parse_canonical_number(name, partition_count_max)) continue;
    const auto status = TRY(topic.status(name));
    if (!status || status->kind != io::FileStatus::Kind::directory) continue;
    const io::Directory partition = TRY(topic.open_directory(name));
    for (const std::string& file : TRY(partition.list())) {
      if (file == log::commit_file_name || file.ends_with(".log")) return true;
    }
  }
  return false;
}

// Also one that is not followed, so that whoever opens it is told.
Result<bool> is_linked_topic(const io::Directory& root, const std::string& name) {
  const auto directory = open_topic_directory(root, name);
  if (!directory) return directory.error().code == Error::Code::usage;
  const auto config = TRY(directory->status(config_file_name));
  return config ? true : has_partitions(*directory);
}

// Also what may not be looked into, and what has lost its settings: a list that leaves those out
// would be believed, and whoever opens them is told what is wrong. Any other failure is told at
// once.
Result<bool> is_topic(const io::Directory& root, const std::string& name) {
  const auto status = TRY(root.status(name));
  if (!status) return false;
  if (status->kind == io::FileStatus::Kind::link) return is_linked_topic(root, name);
  if (status->kind != io::FileStatus::Kind::directory) return false;
  io::FileStatus ignored;
  const std::string config = name + "/" + config_file_name;
  const int answer = root.system().status_at(root.fd(), config.c_str(), ignored);
  if (answer >= 0 || answer == -EACCES) return true;
  if (answer != -ENOENT && answer != -ENOTDIR) {
    return io::system_error(root.path_of(config), "stat", answer);
  }
  const bool is_listable = TRY(root.is_listable(name));
  // A directory that may not be listed may be a topic: whoever opens it reports the error.
  return is_listable ? has_partitions(TRY(root.open_directory(name))) : true;
}

}  // namespace

Result<Topic> Topic::open(io::System& system, const std::string& root, const std::string& name) {
  auto directory = io::Directory::open(system, root);
  if (!directory) {
    if (directory.error().code == Error::Code::not_found) return unknown_topic(root, name);
    return std::move(directory).error();
  }
  const bool is_kafka = TRY(is_kafka_topic(*directory, name));
  return is_kafka ? open_kafka(*std::move(directory), name)
                  : open_ours(*std::move(directory), name);
}

Result<Topic> Topic::open_ours(io::Directory root, const std::string& name) {
  TRY(check_topic_name(name));
  Topic topic(std::move(root), name);
  const auto status = TRY(topic.root_.status(name));
  if (!status) return unknown_topic(topic.root_.name(), name);
  const io::Directory directory = TRY(open_topic_directory(topic.root_, name));
  auto config = read_topic_config(directory);
  if (!config && config.error().code == Error::Code::not_found) {
    const bool is_one = TRY(has_partitions(directory));
    if (is_one) return no_config(directory);
    return Error{Error::Code::usage, directory.name() + ": is not a topic: it has no topic.json"};
  }
  if (!config) return std::move(config).error();
  topic.config_ = *std::move(config);
  for (std::int32_t i = 0; i < topic.config_.partition_count; i++) topic.partitions_.push_back(i);
  return topic;
}

Result<Topic> Topic::open_kafka(io::Directory root, const std::string& name) {
  Topic topic(std::move(root), name);
  topic.layout_ = log::Layout::kafka;
  for (const std::string& entry : TRY(topic.root_.list())) {
    const auto partition = parse_kafka_partition(entry);
    if (!partition || partition->topic != name) continue;
    topic.partitions_.push_back(partition->partition);
    if (topic.id().is_none()) topic.config_.id = read_kafka_topic_id(topic.root_, entry);
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

Result<io::Directory> Topic::open_for_change() const {
  if (layout_ == log::Layout::kafka) return only_read(root_);
  return open_topic_directory(root_, name_);
}

Result<io::Directory> Topic::open_directory() const { return open_topic_directory(root_, name_); }

// Several that come to a topic without an id at once agree on the first one's.
Result<bool> Topic::give_id() const {
  if (!id().is_none() || layout_ == log::Layout::kafka) return false;
  const io::Directory directory = TRY(open_for_change());
  const bool is_ours_to_change = TRY(is_topic_config_writable(directory));
  if (!is_ours_to_change) return false;
  bool is_given = false;
  const auto give = [&](TopicConfig& config) -> Result<void> {
    is_given = config.id.is_none();
    if (is_given) config.id = TopicId::make(system());
    return {};
  };
  TRY(change_topic_config(directory, give));
  return is_given;
}

Result<std::vector<SettingChange>> Topic::change_settings(
    std::span<const TopicSetting> settings) const {
  const io::Directory directory = TRY(open_for_change());
  std::vector<SettingChange> changes;
  const auto change = [&](TopicConfig& config) -> Result<void> {
    changes = TRY(topic::change_settings(config, settings));
    return {};
  };
  TRY(change_topic_config(directory, change));
  return changes;
}

Result<std::vector<SettingChange>> Topic::preview_settings(
    std::span<const TopicSetting> settings) const {
  TRY(open_for_change());
  TopicConfig config = config_;
  return topic::change_settings(config, settings);
}

Result<io::Directory> Topic::open_partition(std::int32_t partition) const {
  if (layout_ == log::Layout::kafka) {
    return root_.open_directory(name_ + "-" + std::to_string(partition));
  }
  const io::Directory directory = TRY(open_topic_directory(root_, name_));
  return directory.open_directory(std::to_string(partition));
}

Result<void> Topic::remove_dead_temporaries() const {
  remove_dead_topics(root_);
  const io::Directory directory = TRY(open_topic_directory(root_, name_));
  return remove_dead_topic_configs(directory);
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
    return only_read(root_);
  }
  const io::Directory directory = TRY(open_partition(partition));
  options.segment_bytes = config_.segment_bytes;
  options.segment_ms = config_.segment_ms;
  const bool is_untouched = TRY(log::is_untouched(directory));
  if (is_untouched) TRY(root_.sync());
  return log::PartitionWriter::open(directory, options);
}

Result<io::FileStatus> Topic::directory_status() const {
  const io::Directory directory = TRY(open_topic_directory(root_, name_));
  return directory.status();
}

Result<void> Topic::check_in_place(const io::Directory& partition) const {
  const bool is_in_place = TRY(partition.is_in_place());
  if (is_in_place) return {};
  const auto now = open(system(), root_.name(), name_);
  const std::string what = now ? "another one is in its place, with " + describe(now->id())
                               : "there is none in its place";
  return Error{
      Error::Code::corrupt,
      partition.name() + ": was removed, renamed or exchanged while it was read: it was of " +
          "the topic with " + describe(id()) + ", and " + what + "; start again to read it"};
}

Result<std::vector<std::string>> list_topics(io::System& system, const std::string& root) {
  std::set<std::string> topics;
  const io::Directory directory = TRY(io::Directory::open(system, root));
  const bool is_kafka = TRY(is_kafka_root(directory));
  for (const std::string& entry : TRY(directory.list())) {
    if (is_kafka) {
      const auto partition = parse_kafka_partition(entry);
      const bool is_ours = TRY(has_topic_config(directory, entry));
      if (is_ours) topics.insert(entry);
      if (partition && !is_ours) topics.insert(partition->topic);
    } else if (is_spelled_as_topic(entry)) {
      const bool is_one = TRY(is_topic(directory, entry));
      if (is_one) topics.insert(entry);
    }
  }
  return std::vector<std::string>(topics.begin(), topics.end());
}

}  // namespace estream::topic
