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

// A topic in a data root: ours, or a Kafka broker's (which has `meta.properties`), for reading
// only.
class Topic {
 public:
  // Error::Code::not_found when the root has no such topic.
  static Result<Topic> open(io::System& system, const std::string& root, const std::string& name);

  // Makes the topic with all its partitions, complete or not at all, and the root if need be. When
  // another process was faster, Error::Code::exists: open it then.
  static Result<Topic> create(io::System& system, const std::string& root, const std::string& name,
                              const TopicConfig& config);

  const std::string& name() const { return name_; }
  log::Layout layout() const { return layout_; }
  const TopicConfig& config() const { return config_; }
  // The partitions that are here, ascending. Those of a broker need not be all of the topic's.
  const std::vector<std::int32_t>& partitions() const { return partitions_; }

  // None of a topic that was made before there were ids.
  const TopicId& id() const { return config_.id; }
  // Gives it one if it has none: true when it was this call that did. For whoever writes to it. Not
  // a broker's topic, nor one whose file of settings we may not write to: those stay as they are.
  Result<bool> give_id() const;

  // New values for settings, written at once or only tried out. Of a broker's topic, and for a
  // value beyond the limits, an Error::Code::usage.
  Result<std::vector<SettingChange>> change_settings(std::span<const TopicSetting> settings) const;
  Result<std::vector<SettingChange>> preview_settings(std::span<const TopicSetting> settings) const;

  io::System& system() const { return root_.system(); }
  const io::Directory& root() const { return root_; }
  // Removes what processes that died left beside the partitions, and beside the topic: hidden
  // topics, which may share its segments.
  Result<void> remove_dead_temporaries() const;
  // Of the directory of a topic of ours.
  Result<io::FileStatus> directory_status() const;
  // For whoever goes on reading an open partition: Error::Code::corrupt when its path does not lead
  // to it any more, so that nothing more can come.
  Result<void> check_in_place(const io::Directory& partition) const;
  // "orders/0", or "orders-0" of a broker.
  // Of a topic of ours; a broker's has none of its own.
  Result<io::Directory> open_directory() const { return root_.open_directory(name_); }
  Result<io::Directory> open_partition(std::int32_t partition) const;
  // Where a broker's partition begins, if it said so.
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
  std::map<std::int32_t, Offset> log_start_offsets_;  // Of a broker's partitions, where it has any.
};

// The names of the topics in a root, sorted: also of those that cannot be opened, because they may
// not be read or have lost their file of settings, so that they are not passed over in silence.
// Error::Code::not_found when there is no such directory.
Result<std::vector<std::string>> list_topics(io::System& system, const std::string& root);

}  // namespace estream::topic
