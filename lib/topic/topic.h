#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/directory.h"
#include "log/partition_reader.h"
#include "log/partition_writer.h"
#include "topic/topic_config.h"
#include "topic/topic_json.h"

namespace estream::topic {

// A topic in a data root. The root may be a Kafka broker's, with a `meta.properties`; its topics
// are only read.
class Topic {
 public:
  // Error::Code::not_found when the root has no such topic.
  static Result<Topic> open(io::System& system, const std::string& root, const std::string& name);

  // Makes the topic with all its partitions, and also the root if it does not exist. The topic is
  // complete, or it does not exist. Error::Code::exists when another process made it first: then
  // call open().
  static Result<Topic> create(io::System& system, const std::string& root, const std::string& name,
                              const TopicConfig& config);

  const std::string& name() const { return name_; }
  log::Layout layout() const { return layout_; }
  const TopicConfig& config() const { return config_; }
  // The partitions that exist here, ascending. In a broker's root, the topic may have others
  // elsewhere.
  const std::vector<std::int32_t>& partitions() const { return partitions_; }

  // A topic that an earlier version made may have none.
  const TopicId& id() const { return config_.id; }
  // Adds an id if the topic has none, and returns whether it did. A writer calls this. Does nothing
  // for a broker's topic, or if this process may not write to the file of settings.
  Result<bool> give_id() const;

  // New values for settings, written at once or only tried out. Error::Code::usage for a broker's
  // topic, and for a value beyond the limits.
  Result<std::vector<SettingChange>> change_settings(std::span<const TopicSetting> settings) const;
  Result<std::vector<SettingChange>> preview_settings(std::span<const TopicSetting> settings) const;

  io::System& system() const { return root_.system(); }
  const io::Directory& root() const { return root_; }
  // Removes the files that processes that died left beside the partitions, and the hidden topics
  // that they left beside the topic. Hidden topics may share its segments.
  Result<void> remove_dead_temporaries() const;
  // The status of the topic's directory. Not for a broker's topic.
  Result<io::FileStatus> directory_status() const;
  // For a reader that follows an open partition. Error::Code::corrupt when its path does not lead
  // to it any more, so that nothing more can come.
  Result<void> check_in_place(const io::Directory& partition) const;
  // The topic's directory. Not for a broker's topic, which has none.
  Result<io::Directory> open_directory() const;
  Result<io::Directory> open_partition(std::int32_t partition) const;
  // The log start offset of a broker's partition, if the broker wrote one.
  std::optional<Offset> log_start_offset(std::int32_t partition) const;
  Result<log::PartitionReader> open_reader(std::int32_t partition) const;
  // Segment size and age are taken from the topic's settings.
  Result<std::unique_ptr<log::PartitionWriter>> open_writer(std::int32_t partition,
                                                            log::WriterOptions options) const;

 private:
  Topic(io::Directory root, std::string name) : root_(std::move(root)), name_(std::move(name)) {}

  Result<io::Directory> open_for_change() const;

  static Result<Topic> open_ours(io::Directory root, const std::string& name);
  static Result<Topic> open_kafka(io::Directory root, const std::string& name);

  io::Directory root_;
  std::string name_;
  log::Layout layout_ = log::Layout::estream;
  TopicConfig config_;
  std::vector<std::int32_t> partitions_;
  std::map<std::int32_t, Offset> log_start_offsets_;  // Of a broker's partitions.
};

// The names of the topics in a root, sorted. It includes topics that cannot be opened, because they
// may not be read or have lost their file of settings, so that nobody passes over them silently.
// Error::Code::not_found when there is no such directory.
Result<std::vector<std::string>> list_topics(io::System& system, const std::string& root);

}  // namespace estream::topic
