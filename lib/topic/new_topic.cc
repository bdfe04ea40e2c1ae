#include "topic/new_topic.h"

#include "io/directories.h"
#include "topic/hidden_topic.h"
#include "topic/kafka_root.h"
#include "topic/topic_file.h"
#include "topic/topic_name.h"

namespace estream::topic {

namespace {

// Whoever made the root, or some directory above it, may have died before its name was on the
// device. A topic in it says that somebody came after that.
Result<void> sync_new_root(io::System& system, const std::string& path, const io::Directory& root) {
  for (const std::string& entry : TRY(root.list())) {
    if (!entry.starts_with('.')) return {};
  }
  return io::sync_directories(system, path);
}

Result<void> fill_topic(const io::Directory& directory, const TopicConfig& config,
                        const PartitionMaker& make) {
  for (std::int32_t partition = 0; partition < config.partition_count; partition++) {
    const std::string name = std::to_string(partition);
    TRY(directory.make_directory(name));
    const io::Directory partition_directory = TRY(directory.open_directory(name));
    TRY(make(partition, partition_directory));
  }
  TopicConfig own = config;
  own.id = TopicId::make(directory.system());
  return write_new_topic_config(directory, own);
}

Result<void> take_access_of_config(const io::Directory& directory, const io::Directory& like) {
  const auto model = TRY(like.status(config_file_name));
  if (!model) return {};
  io::File config = TRY(directory.open_file(config_file_name, io::OpenMode::read));
  return config.take_access(*model);
}

}  // namespace

// Everything is made under a hidden name and then renamed, so that no other process ever sees half
// a topic, and of two that create it one wins.
Result<void> make_topic(io::System& system, const std::string& root, const std::string& name,
                        const TopicConfig& config, const PartitionMaker& make,
                        const io::Directory* like) {
  TRY(check_topic_name(name));
  TRY(io::make_directories(system, root));
  const io::Directory parent = TRY(io::Directory::open(system, root));
  const bool is_kafka = TRY(is_kafka_root(parent));
  if (is_kafka) {
    return Error{Error::Code::usage,
                 root + ": is a Kafka broker's directory, which estream only reads"};
  }
  const auto own_config = TRY(parent.status(config_file_name));
  if (own_config) {
    return Error{Error::Code::usage,
                 root + ": is a topic, and cannot hold others; name a data root"};
  }
  TRY(sync_new_root(system, root, parent));
  remove_dead_topics(parent);
  HiddenTopic hidden = TRY(HiddenTopic::make(parent, name));
  if (like != nullptr) {
    const io::FileStatus model = TRY(like->status());
    TRY(hidden.directory().take_access(model));
  }
  TRY(fill_topic(hidden.directory(), config, make));
  if (like != nullptr) TRY(take_access_of_config(hidden.directory(), *like));
  return hidden.show();
}

}  // namespace estream::topic
