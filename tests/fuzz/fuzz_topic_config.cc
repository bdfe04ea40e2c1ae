// topic.json: settings within their limits, and what is written is what is read.
#include "fuzz/fuzz.h"
#include "fuzz/memory_meter.h"
#include "topic/topic_json.h"

using namespace estream;
using namespace estream::fuzz;
using topic::TopicConfig;

namespace {

Mark accepted("topic_config", "settings are accepted");
Mark refused("topic_config", "settings are refused");

// Who changes settings in it keeps all else.
void check_settings(const TopicConfig& config) {
  const std::vector<topic::TopicSetting> settings = {{"retention.ms", "5"},
                                                     {"null.keys", "\"drop\""}};
  TopicConfig changed = config;
  PROPERTY(topic::change_settings(changed, settings).has_value());
  const std::string written = topic::to_json(changed);
  const auto again = topic::parse_topic_config(written);
  PROPERTY(again && again->retention_ms == 5 && again->null_keys == log::NullKeys::drop);
  PROPERTY(topic::unknown_fields(*again) == topic::unknown_fields(config));
  PROPERTY(topic::to_json(*again) == written);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const MemoryMeter meter;
  const auto config = topic::parse_topic_config(text);
  PROPERTY(meter.peak_bytes() <= 512 * text.size() + (64 << 10));
  if (!config) {
    refused.reach();
    PROPERTY(config.error().code == Error::Code::corrupt);
    return 0;
  }
  accepted.reach();
  check_settings(*config);
  PROPERTY(config->partition_count >= 1 && config->partition_count <= topic::partition_count_max);
  PROPERTY(config->partition_epoch >= 0);
  PROPERTY(config->segment_bytes >= topic::segment_bytes_min &&
           config->segment_bytes <= topic::segment_bytes_max);
  PROPERTY(config->segment_ms >= 1 && config->retention_ms >= -1 && config->retention_bytes >= -1);
  const std::string written = topic::to_json(*config);
  const auto again = topic::parse_topic_config(written);
  PROPERTY(again && topic::to_json(*again) == written);
  PROPERTY(again->partition_count == config->partition_count);
  PROPERTY(again->retention_ms == config->retention_ms);
  PROPERTY(again->retention_bytes == config->retention_bytes);
  PROPERTY(again->segment_ms == config->segment_ms);
  PROPERTY(again->cleanup_policy == config->cleanup_policy);
  return 0;
}
