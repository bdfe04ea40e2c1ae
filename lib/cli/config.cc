#include "cli/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "cli/environment.h"
#include "cli/nearest_word.h"
#include "io/user_file.h"
#include "text/parsing.h"

namespace estream::cli {

namespace {

constexpr std::size_t config_bytes_max = 64 << 10;
constexpr std::string_view blanks = " \t\r";

Error misuse(const std::string& place, const std::string& problem) {
  return {Error::Code::usage, place + ": " + problem};
}

std::string_view trimmed(std::string_view text) {
  const std::size_t start = text.find_first_not_of(blanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(blanks) - start + 1);
}

std::string_view without_comment(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || blanks.find(line[at - 1]) != std::string_view::npos) return line.substr(0, at);
  }
  return line;
}

// The NAME of "[topic.NAME]".
Result<std::string> section_topic(std::string_view line, const std::string& place) {
  constexpr std::string_view start = "[topic.";
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  const bool is_section = line.starts_with(start) && line.ends_with(']');
  const std::string_view name =
      is_section ? line.substr(start.size(), line.size() - start.size() - 1) : std::string_view();
  if (!name.empty() && name.find_first_not_of(letters) == name.npos) return std::string(name);
  return misuse(place, "cannot read " + std::string(line) +
                           "; a section is [topic.NAME], with the name of a topic");
}

const ConfigEntry* find_in_section(const std::vector<ConfigEntry>& entries, std::string_view key,
                                   std::string_view topic) {
  for (const ConfigEntry& entry : entries) {
    if (entry.key == key && entry.topic == topic) return &entry;
  }
  return nullptr;
}

struct ConfigPath {
  std::string path;
  bool has_to_exist = false;
};

std::optional<ConfigPath> config_path() {
  if (const auto named = variable_even_empty("ESTREAM_CONFIG")) {
    if (named->empty()) return {};
    return ConfigPath{*named, true};
  }
  const auto config_home = variable("XDG_CONFIG_HOME");
  if (config_home && config_home->starts_with('/')) {
    return ConfigPath{*config_home + "/estream/config"};
  }
  if (const auto home = variable("HOME")) return ConfigPath{*home + "/.config/estream/config"};
  return {};
}

Result<std::string> read_all(io::System& system, const io::File& file) {
  std::string text(config_bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto room = std::as_writable_bytes(std::span(text).subspan(size));
    const auto count = TRY(io::read_some(system, file.fd(), file.name(), room, -1));
    if (!count) return Error::in_file(Error::Code::io, file.name(), "reading was interrupted");
    if (*count == 0) break;
    size += *count;
  }
  if (size > config_bytes_max) {
    return Error::in_file(Error::Code::usage, file.name(),
                          "is longer than 64 KiB, so it is not a config file");
  }
  text.resize(size);
  return text;
}

}  // namespace

Result<std::vector<ConfigEntry>> parse_config(std::string_view text, const std::string& path) {
  std::vector<ConfigEntry> entries;
  std::string topic;
  for (int number = 1; !text.empty(); number++) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(without_comment(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    const std::string place = fmt::format("{}:{}", path, number);
    if (line.starts_with('[')) {
      topic = TRY(section_topic(line, place));
      continue;
    }
    const std::size_t equals = line.find('=');
    if (equals == line.npos || equals == 0) {
      return misuse(place, "cannot read " + std::string(line) + "; write key = value");
    }
    ConfigEntry entry = {topic, std::string(trimmed(line.substr(0, equals))),
                         std::string(trimmed(line.substr(equals + 1))), place};
    if (const ConfigEntry* first = find_in_section(entries, entry.key, topic)) {
      return misuse(place, entry.key + " was set before, in " + first->place);
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<std::vector<ConfigEntry>> read_config(io::System& system) {
  const auto wanted = config_path();
  if (!wanted) return std::vector<ConfigEntry>();
  const auto file = io::open_for_reading(system, wanted->path);
  if (!file) {
    const bool is_missing = file.error().code == Error::Code::not_found;
    if (is_missing && !wanted->has_to_exist) return std::vector<ConfigEntry>();
    return Error{file.error().code, (wanted->has_to_exist ? "ESTREAM_CONFIG: " : "") +
                                        file.error().message + "; --no-config does not read it"};
  }
  return parse_config(TRY(read_all(system, *file)), wanted->path);
}

Result<void> check_section(const ConfigEntry& entry, const OptionSpec& spec) {
  if (entry.topic.empty() || spec.completion != Completion::directory) return {};
  return misuse(entry.place,
                entry.key + " may not be set for one topic; set it above the sections");
}

Result<void> check_key(const ConfigEntry& entry, const std::vector<OptionSpec>& all_options) {
  bool is_option = false;
  std::vector<std::string> allowed;
  for (const OptionSpec& spec : all_options) {
    if (spec.name == entry.key) is_option = true;
    if (spec.configurable) allowed.push_back(spec.name);
  }
  if (std::ranges::find(allowed, entry.key) != allowed.end()) return {};
  const std::string& key = entry.key;
  if (is_option) {
    return misuse(entry.place, key +
                                   " may not be set here, because it changes what a command does; "
                                   "give it as the option --" +
                                   key);
  }
  const std::string nearest = nearest_word(entry.key, allowed);
  return misuse(entry.place, "unknown key " + key +
                                 (nearest.empty() ? "; the keys are in estream(7)"
                                                  : "; " + nearest + " is the nearest"));
}

const ConfigEntry* find_entry(const std::vector<ConfigEntry>& entries, std::string_view key,
                              std::string_view topic) {
  const ConfigEntry* of_topic = topic.empty() ? nullptr : find_in_section(entries, key, topic);
  return of_topic != nullptr ? of_topic : find_in_section(entries, key, "");
}

Result<std::string> value_of(const ConfigEntry& entry, const Option& option) {
  if (!option.takes_value) {
    if (entry.value == "true" || entry.value == "false") return entry.value;
    return text::unclear(entry.value, "write true or false");
  }
  if (option.spec.completion != Completion::directory) return entry.value;
  if (entry.value.starts_with('/')) return entry.value;
  const auto home = variable("HOME");
  if (entry.value.starts_with("~/") && home) return *home + entry.value.substr(1);
  return text::unclear(entry.value, "write a path that begins with / or ~/");
}

}  // namespace estream::cli
