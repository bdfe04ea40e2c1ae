#include "topic/segment_names.h"

#include "log/names.h"
#include "topic/topic_directory.h"

namespace estream::topic {

namespace {

std::int64_t count_in_partition(const io::Directory& partition, const std::set<FileId>& files) {
  std::int64_t count = 0;
  const auto names = partition.list();
  if (!names) return 0;
  for (const std::string& name : *names) {
    if (!log::parse_log_name(name)) continue;
    const auto status = partition.status(name);
    if (status && *status && files.contains({(*status)->device, (*status)->inode})) count++;
  }
  return count;
}

std::int64_t count_in_topic(const io::Directory& topic, const std::set<FileId>& files) {
  std::int64_t count = 0;
  const auto names = topic.list();
  if (!names) return 0;
  for (const std::string& name : *names) {
    const auto partition = topic.open_directory(name);
    if (partition) count += count_in_partition(*partition, files);
  }
  return count;
}

}  // namespace

Result<std::map<std::string, std::int64_t>> count_segment_names(const io::Directory& root,
                                                                const std::string& except,
                                                                const std::set<FileId>& files) {
  std::map<std::string, std::int64_t> counts;
  for (const std::string& name : TRY(root.list())) {
    if (name == except) continue;
    const auto topic = open_topic_directory(root, name);
    const std::int64_t count = topic ? count_in_topic(*topic, files) : 0;
    if (count > 0) counts[name] = count;
  }
  return counts;
}

}  // namespace estream::topic
