#include "topic/verify_topic.h"

#include <optional>
#include <string>
#include <utility>

#include "log/names.h"
#include "topic/topic_directory.h"
#include "topic/topic_file.h"
#include "topic/topic_json.h"

namespace estream::topic {

namespace {

using log::Finding;

class TopicCheck {
 public:
  explicit TopicCheck(const io::Directory& topic)
      : topic_(topic), file_(topic.path_of(config_file_name)) {}

  Result<TopicProof> run() {
    TRY(find_partitions());
    const auto config = read_topic_config(topic_);
    if (config) {
      find_unknown_fields(*config);
      compare_partitions(config->partition_count);
    } else {
      note_unreadable(config.error());
    }
    return std::move(proof_);
  }

 private:
  void fault(std::string what) {
    proof_.findings.push_back({Finding::Kind::fault, file_, std::nullopt, std::move(what),
                               log::Remedy::restore_settings});
  }

  Result<void> find_partitions() {
    for (const std::string& name : TRY(topic_.list())) {
      if (const auto number = log::parse_canonical_number(name, partition_count_max)) {
        proof_.partitions.insert(static_cast<std::int32_t>(*number));
      } else if (name != config_file_name && name != producers_name) {
        proof_.findings.push_back(
            {Finding::Kind::note, topic_.path_of(name), std::nullopt, "is not estream's"});
      }
    }
    return {};
  }

  void note_unreadable(const Error& error) {
    if (error.code == Error::Code::not_found) return fault("is missing");
    proof_.findings.push_back(log::finding_of(log::Remedy::restore_settings, file_, error));
  }

  // This estream keeps them and does nothing else with them.
  void find_unknown_fields(const TopicConfig& config) {
    for (const std::string& name : unknown_fields(config)) {
      fault("has the field '" + name +
            "', which is not known: it is damaged, or written by a newer estream");
    }
  }

  void compare_partitions(std::int32_t count) {
    const std::string says = "says that there are " + std::to_string(count) + " partitions, but ";
    for (std::int32_t i = 0; i < count; i++) {
      if (proof_.partitions.contains(i)) continue;
      fault(says + "the directory of partition " + std::to_string(i) + " is missing");
    }
    for (const std::int32_t partition : proof_.partitions) {
      if (partition < count) continue;
      fault(says + "there is a directory of partition " + std::to_string(partition));
    }
  }

  const io::Directory& topic_;
  std::string file_;
  TopicProof proof_;
};

}  // namespace

Result<TopicProof> verify_topic_files(const io::Directory& topic) {
  return TopicCheck(topic).run();
}

}  // namespace estream::topic
