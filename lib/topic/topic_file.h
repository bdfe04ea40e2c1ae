#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "io/directory.h"
#include "topic/topic_config.h"

namespace estream::topic {

// The file in a topic's directory that says what the topic is.
inline constexpr const char* config_file_name = "topic.json";

// Whether the root has a directory of this name with that file.
Result<bool> has_topic_config(const io::Directory& root, const std::string& name);

// With the file's name in errors; Error::Code::not_found when it is not there.
Result<TopicConfig> read_topic_config(const io::Directory& topic);

// The file of a topic that is being made.
Result<void> write_new_topic_config(const io::Directory& topic, const TopicConfig& config);

// Whether the file's mode and its device let us change it.
Result<bool> is_topic_config_writable(const io::Directory& topic);

// Takes away what replacements by processes that died have left.
Result<void> remove_dead_topic_configs(const io::Directory& topic);

// Replaces the file by what `change` makes of it. Nobody else changes it meanwhile: of two that
// change it at the same time, the second one sees what the first one wrote. Where the outcome is
// what was there, nothing is written. Error::Code::busy when others do not let go of it in 10 s.
using ConfigChange = std::function<Result<void>(TopicConfig& config)>;
Result<TopicConfig> change_topic_config(const io::Directory& topic, const ConfigChange& change);

}  // namespace estream::topic
