#include "topic/topic_file.h"

#include <cerrno>
#include <string>

#include "io/range_lock.h"
#include "topic/topic_json.h"

namespace estream::topic {

namespace {

constexpr std::size_t config_bytes_max = 1 << 20;
constexpr std::int64_t lock_timeout_ns = 10'000'000'000;

}  // namespace

Result<TopicConfig> read_topic_config(const io::Directory& topic) {
  const std::string json = TRY(topic.read_file(config_file_name, config_bytes_max));
  auto config = parse_topic_config(json);
  if (config) return config;
  return Error::in_file(config.error().code, topic.path_of(config_file_name),
                        config.error().message);
}

Result<void> write_new_topic_config(const io::Directory& topic, const TopicConfig& config) {
  return topic.replace_file(config_file_name, to_json(config));
}

Result<bool> has_topic_config(const io::Directory& root, const std::string& name) {
  const std::string path = name + "/" + config_file_name;
  io::FileStatus ignored;
  const int answer = root.system().status_at(root.fd(), path.c_str(), ignored);
  if (answer == -ENOENT || answer == -ENOTDIR) return false;
  if (answer < 0) return io::system_error(root.path_of(path), "stat", answer);
  return true;
}

Result<bool> is_topic_config_writable(const io::Directory& topic) {
  return topic.is_writable(config_file_name);
}

Result<void> remove_dead_topic_configs(const io::Directory& topic) {
  return topic.remove_dead_temporaries(config_file_name);
}

// The lock is one on the file itself, so that it leaves nothing behind. Who waited for it may hold
// it on a file that has been replaced meanwhile, and then takes that of the new one.
Result<TopicConfig> change_topic_config(const io::Directory& topic, const ConfigChange& change) {
  for (;;) {
    const io::File file = TRY(topic.open_file(config_file_name, io::OpenMode::read_write));
    const io::RangeLock lock = TRY(io::RangeLock::acquire(file, 0, lock_timeout_ns));
    const bool is_current = TRY(topic.leads_to(config_file_name, file));
    if (!is_current) continue;
    TopicConfig config = TRY(read_topic_config(topic));
    const std::string before = to_json(config);
    TRY(change(config));
    const std::string after = to_json(config);
    if (after != before) {
      TRY(topic.replace_file(config_file_name, after));
      config.source = after;
    }
    TRY(remove_dead_topic_configs(topic));
    return config;
  }
}

}  // namespace estream::topic
