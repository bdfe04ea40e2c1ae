#include "topic/topic_config.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace estream::topic {

namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;
constexpr std::array<std::string_view, 4> cleanup_policies = {"delete", "compact", "compact,delete",
                                                              "delete,compact"};

Error malformed(const std::string& what) { return {Error::Code::corrupt, what}; }

// Takes over `key` of `object` if it is there; nothing is said about what is not.
Result<void> take(const Json& object, const char* key, std::int64_t min, std::int64_t max,
                  std::int64_t& value) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  if (!found->is_number_integer()) return malformed(std::string(key) + " is not a whole number");
  // What is beyond the signed numbers would wrap around.
  const bool is_huge = found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX;
  const auto number = is_huge ? INT64_MAX : found->get<std::int64_t>();
  if (is_huge || number < min || number > max) {
    return malformed(std::string(key) + " is " + std::to_string(number) + ", not between " +
                     std::to_string(min) + " and " + std::to_string(max));
  }
  value = number;
  return {};
}

Result<std::int32_t> take_int32(const Json& object, const char* key, std::int32_t min,
                                std::int32_t max, std::int32_t preset) {
  std::int64_t value = preset;
  TRY(take(object, key, min, max, value));
  return static_cast<std::int32_t>(value);
}

}  // namespace

Result<TopicConfig> parse_topic_config(std::string_view json) {
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object()) return malformed("is not a JSON object");
  std::int64_t version = 0;
  TRY(take(object, "version", 1, INT32_MAX, version));
  if (version != format_version) {
    return malformed("has version " + std::to_string(version) + ", and this estream knows 1");
  }
  TopicConfig config;
  config.partition_count = TRY(take_int32(object, "partitions", 1, partition_count_max, 0));
  if (config.partition_count == 0) return malformed("partitions is missing");
  config.partition_epoch = TRY(take_int32(object, "partition_epoch", 0, INT32_MAX, 0));
  const Json settings = object.value("config", Json::object());
  if (!settings.is_object()) return malformed("config is not an object");
  if (const auto policy = settings.find("cleanup.policy"); policy != settings.end()) {
    if (!policy->is_string()) return malformed("cleanup.policy is not a string");
    config.cleanup_policy = policy->get<std::string>();
    if (std::ranges::find(cleanup_policies, config.cleanup_policy) == cleanup_policies.end()) {
      return malformed("cleanup.policy is '" + config.cleanup_policy +
                       "', not delete, compact or compact,delete");
    }
  }
  TRY(take(settings, "retention.ms", -1, INT64_MAX, config.retention_ms));
  TRY(take(settings, "retention.bytes", -1, INT64_MAX, config.retention_bytes));
  TRY(take(settings, "segment.bytes", segment_bytes_min, segment_bytes_max, config.segment_bytes));
  TRY(take(settings, "segment.ms", 1, INT64_MAX, config.segment_ms));
  return config;
}

std::string to_json(const TopicConfig& config) {
  const Json object = {
      {"version", format_version},
      {"partitions", config.partition_count},
      {"partition_epoch", config.partition_epoch},
      {"config",
       {{"cleanup.policy", config.cleanup_policy},
        {"retention.ms", config.retention_ms},
        {"retention.bytes", config.retention_bytes},
        {"segment.bytes", config.segment_bytes},
        {"segment.ms", config.segment_ms}}},
  };
  return object.dump(2) + "\n";
}

}  // namespace estream::topic
