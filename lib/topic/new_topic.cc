#include "topic/new_topic.h"

#include "topic/kafka_root.h"
#include "topic/topic_name.h"

namespace estream::topic {

namespace {

// The name of a directory that was just made is on the device.
Result<void> sync_parent(io::System& system, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const io::Directory directory = TRY(io::Directory::open(system, parent));
  return directory.sync();
}

// Makes the directory of the root and what is missing above it.
Result<void> make_root(io::System& system, const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    const int answer = system.make_directory_at(system.current_directory(), part.c_str(), 0777);
    if (answer < 0 && end == std::string::npos) {
      const Error error = io::system_error(part, "make the directory", answer);
      if (error.code != Error::Code::exists) return error;
    }
    if (answer == 0) TRY(sync_parent(system, part));
    if (end == std::string::npos) return {};
  }
}

// Takes away what a failed creation left; best effort, for its name hides it from every listing.
void remove_tree(const io::Directory& parent, const std::string& name) {
  if (const auto directory = parent.open_directory(name)) {
    if (const auto names = directory->list()) {
      for (const std::string& entry : *names) {
        if (!directory->remove_file(entry)) remove_tree(*directory, entry);
      }
    }
  }
  (void)parent.remove_directory(name);
}

Result<void> fill_topic(const io::Directory& directory, const TopicConfig& config,
                        const PartitionMaker& make) {
  for (std::int32_t partition = 0; partition < config.partition_count; partition++) {
    const std::string name = std::to_string(partition);
    TRY(directory.make_directory(name));
    const io::Directory partition_directory = TRY(directory.open_directory(name));
    TRY(make(partition, partition_directory));
  }
  return directory.replace_file(config_file_name, to_json(config));
}

}  // namespace

// Everything is made under a hidden name and then renamed, so that no other process ever sees half
// a topic, and of two that create it one wins.
Result<void> make_topic(io::System& system, const std::string& root, const std::string& name,
                        const TopicConfig& config, const PartitionMaker& make) {
  TRY(check_topic_name(name));
  TRY(make_root(system, root));
  const io::Directory parent = TRY(io::Directory::open(system, root));
  const bool is_kafka = TRY(is_kafka_root(parent));
  if (is_kafka) {
    return Error{Error::Code::usage,
                 root + ": is a Kafka broker's directory, which estream only reads"};
  }
  const std::string hidden =
      ".creating-" + name.substr(0, 200) + "-" + std::to_string(system.random());
  TRY(parent.make_directory(hidden));
  const auto fill_and_rename = [&]() -> Result<void> {
    const io::Directory directory = TRY(parent.open_directory(hidden));
    TRY(fill_topic(directory, config, make));
    TRY(parent.rename(hidden, name));
    return parent.sync();
  };
  auto made = fill_and_rename();
  if (!made) remove_tree(parent, hidden);
  return made;
}

}  // namespace estream::topic
