#include "topic/topic_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace estream::topic {

namespace {

constexpr std::size_t name_bytes_max = 249;
// What a broker keeps beside its partitions: a directory of such a name stops it.
constexpr std::array<std::string_view, 6> broker_files = {"meta.properties",
                                                          "cleaner-offset-checkpoint",
                                                          "recovery-point-offset-checkpoint",
                                                          "replication-offset-checkpoint",
                                                          "log-start-offset-checkpoint",
                                                          "bootstrap.checkpoint"};

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

// A name that came from elsewhere must not lead out of the place that the user thinks of.
bool has_parent_component(std::string_view path) {
  return path == ".." || path.starts_with("../") || path.ends_with("/..") ||
         path.find("/../") != std::string_view::npos;
}

Error bad_name(std::string_view name, const char* why) {
  return {Error::Code::usage, fmt::format("topic name '{}': {}", name.substr(0, 260), why)};
}

}  // namespace

bool is_spelled_as_topic(std::string_view name) {
  return !name.empty() && name.size() <= name_bytes_max && name.front() != '.' &&
         std::ranges::all_of(name, is_name_character);
}

Result<void> check_topic_name(std::string_view name) {
  if (name.empty()) return bad_name(name, "is empty");
  if (name.size() > name_bytes_max) return bad_name(name, "is longer than 249 characters");
  if (!std::ranges::all_of(name, is_name_character)) {
    return bad_name(name, "only letters, digits, '.', '_' and '-' may be in it");
  }
  if (name.front() == '.') return bad_name(name, "must not begin with a dot");
  if (std::ranges::find(broker_files, name) != broker_files.end()) {
    return bad_name(name, "is a file's in the data directory of a Kafka broker; choose another");
  }
  return {};
}

Result<TopicRef> parse_topic_argument(std::string_view text, const std::string& data_root) {
  if (text.find("://") != std::string_view::npos) {
    return Error{Error::Code::usage,
                 fmt::format("'{}': clusters are not reached yet; name a local topic", text)};
  }
  TopicRef ref = {data_root, std::string(text), ""};
  if (const std::size_t slash = text.find_last_not_of('/'); slash != std::string_view::npos) {
    text = text.substr(0, slash + 1);  // A shell's completion leaves a slash behind a directory.
  }
  if (has_parent_component(text)) {
    return bad_name(text, "'..' may not be in a topic's path; name another data root with -d DIR");
  }
  if (const std::size_t slash = text.rfind('/'); slash != std::string_view::npos) {
    ref.root = slash == 0 ? "/" : std::string(text.substr(0, slash));
    text = text.substr(slash + 1);
  }
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    ref.partitions = text.substr(colon + 1);
    if (ref.partitions.empty()) return bad_name(text, "has a colon and no partition after it");
    text = text.substr(0, colon);
  }
  TRY(check_topic_name(text));
  ref.name = text;
  return ref;
}

}  // namespace estream::topic
