#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "io/directory.h"
#include "topic/topic_config.h"

namespace estream::topic {

// The file in a topic's directory that holds its settings.
inline constexpr const char* config_file_name = "topic.json";

// Whether the root has a directory of this name with that file.
Result<bool> has_topic_config(const io::Directory& root, const std::string& name);

// Errors name the file. Error::Code::not_found when it does not exist.
Result<TopicConfig> read_topic_config(const io::Directory& topic);

// Writes the file of a new topic.
Result<void> write_new_topic_config(const io::Directory& topic, const TopicConfig& config);

// Whether the file's mode and its device allow this process to change it.
Result<bool> is_topic_config_writable(const io::Directory& topic);

// Removes the temporary files of processes that died.
Result<void> remove_dead_topic_configs(const io::Directory& topic);

// Replaces the file by the result of `change`. Nobody else can change it meanwhile: if two
// processes change it at the same time, the second one sees the result of the first one. Nothing is
// written if nothing changes. Error::Code::busy when other processes hold the file for more than 10
// s.
using ConfigChange = std::function<Result<void>(TopicConfig& config)>;
Result<TopicConfig> change_topic_config(const io::Directory& topic, const ConfigChange& change);

}  // namespace estream::topic
