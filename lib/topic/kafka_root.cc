#include "topic/kafka_root.h"

#include <sstream>

#include "log/names.h"
#include "topic/topic_file.h"

namespace estream::topic {

namespace {

constexpr const char* checkpoint_name = "log-start-offset-checkpoint";
constexpr const char* metadata_name = "partition.metadata";
constexpr std::size_t metadata_bytes_max = 4096;
constexpr std::string_view id_label = "topic_id: ";
constexpr std::size_t checkpoint_bytes_max = 64 << 20;

}  // namespace

Result<bool> is_kafka_root(const io::Directory& root) {
  const auto status = TRY(root.status("meta.properties"));
  return status && status->kind == io::FileStatus::Kind::regular;
}

Result<bool> is_kafka_topic(const io::Directory& root, const std::string& name) {
  const bool is_kafka = TRY(is_kafka_root(root));
  if (!is_kafka) return false;
  const bool is_ours = TRY(has_topic_config(root, name));
  return !is_ours;
}

std::optional<KafkaPartition> parse_kafka_partition(std::string_view directory_name) {
  const std::size_t dash = directory_name.rfind('-');
  if (dash == std::string_view::npos || dash == 0) return std::nullopt;
  const auto number = log::parse_canonical_number(
      directory_name.substr(dash + 1), INT32_MAX - 1);  // So many that they can be counted.
  if (!number) return std::nullopt;
  return KafkaPartition{std::string(directory_name.substr(0, dash)),
                        static_cast<std::int32_t>(*number)};
}

// "version: 0", and on the next line "topic_id: " and the id. Only the id is of use, and without it
// the topic can be read as well, so that whatever else is there is as good as none.
TopicId read_kafka_topic_id(const io::Directory& root, const std::string& partition_name) {
  const auto partition = root.open_directory(partition_name);
  if (!partition) return TopicId();
  const auto text = partition->read_file(metadata_name, metadata_bytes_max);
  if (!text) return TopicId();
  const std::size_t at = text->find(id_label);
  if (at == std::string::npos) return TopicId();
  const std::string_view rest = std::string_view(*text).substr(at + id_label.size());
  return TopicId::parse_base64(rest.substr(0, rest.find_first_of(" \r\n"))).value_or(TopicId());
}

Result<std::map<std::int32_t, Offset>> read_log_start_offsets(const io::Directory& root,
                                                              const std::string& topic) {
  std::map<std::int32_t, Offset> offsets;
  auto text = root.read_file(checkpoint_name, checkpoint_bytes_max);
  if (!text) {
    if (text.error().code == Error::Code::not_found) return offsets;
    return std::move(text).error();
  }
  std::istringstream lines(*text);
  const Error malformed = Error::in_file(Error::Code::corrupt, root.path_of(checkpoint_name),
                                         "is not a checkpoint of Kafka");
  std::int64_t version = -1;
  std::int64_t count = -1;
  lines >> version >> count;
  if (!lines || version != 0 || count < 0) return malformed;
  for (std::int64_t i = 0; i < count; i++) {
    std::string name;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    if (!(lines >> name >> partition >> offset)) return malformed;
    if (name == topic) offsets[partition] = {offset};
  }
  lines >> std::ws;
  if (!lines.eof()) return malformed;
  return offsets;
}

}  // namespace estream::topic
