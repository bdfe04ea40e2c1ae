#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/option.h"
#include "io/system.h"

namespace estream::cli {

// One line `key = value` of a config file.
struct ConfigEntry {
  std::string topic;  // Of the section [topic.NAME]; empty before the first section.
  std::string key;
  std::string value;
  std::string place;  // "PATH:LINE", for errors.
};

// Understands the text of a config file: a line is a setting, a section, a comment or empty. A
// comment begins with # at the start of the line or behind a space. Keys are not looked at, but
// that none stands twice in a section.
Result<std::vector<ConfigEntry>> parse_config(std::string_view text, const std::string& path);

// The user's config file: $ESTREAM_CONFIG, which has to be there and means none when it is empty,
// else $XDG_CONFIG_HOME/estream/config, else ~/.config/estream/config, which may be missing.
Result<std::vector<ConfigEntry>> read_config(io::System& system);

// Where a table takes defaults from.
struct Config {
  std::function<Result<std::vector<ConfigEntry>>()> read;
  // The options of all tools that share the file, asked for when a key is not of this tool.
  std::function<std::vector<OptionSpec>()> all_options;
};

// A directory is set for all topics, for a topic is looked for in it.
Result<void> check_section(const ConfigEntry& entry, const OptionSpec& spec);

// The error of an entry whose key no tool lets be set; nothing when one does.
Result<void> check_key(const ConfigEntry& entry, const std::vector<OptionSpec>& all_options);

// The entry that counts for `key`: that of the topic's section before the one of all; or nullptr.
const ConfigEntry* find_entry(const std::vector<ConfigEntry>& entries, std::string_view key,
                              std::string_view topic);

// The value of an entry as it would be typed. Of a directory: "~/" is the home, and a relative path
// is an error, for it would depend on where the tool is called. Of a switch: "true" or "false".
Result<std::string> value_of(const ConfigEntry& entry, const Option& option);

}  // namespace estream::cli
