// A topic argument that is taken never leads out of the root that is meant.
#include <filesystem>

#include "fuzz/fuzz.h"
#include "text/position.h"
#include "topic/kafka_root.h"
#include "topic/topic_name.h"

using namespace estream;
using namespace estream::fuzz;

namespace {

Mark plain("topic_names", "a name is accepted");
Mark path("topic_names", "a path is accepted");
Mark partitions("topic_names", "partitions are named");
Mark refused("topic_names", "an argument is refused");

bool is_parent(const std::filesystem::path& part) { return part == ".."; }

// By a second reading of the rule.
bool is_name(std::string_view name) {
  constexpr std::string_view characters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !name.empty() && name.size() <= 249 && name[0] != '.' &&
         name.find_first_not_of(characters) == name.npos;
}

void check_argument(std::string_view text) {
  const std::string root = "/srv/log";
  const auto ref = topic::parse_topic_argument(text, root);
  if (!ref) {
    refused.reach();
    PROPERTY(ref.error().code == Error::Code::usage);
    return;
  }
  PROPERTY(is_name(ref->name));
  if (!ref->partitions.empty()) partitions.reach();
  const std::filesystem::path found = std::filesystem::path(ref->root) / ref->name;
  if (text.find('/') == text.npos) {
    plain.reach();
    PROPERTY(ref->root == root);
    PROPERTY(found.lexically_normal().parent_path() == root);
    return;
  }
  // A path of the user's own: where it says, and never by way of a parent.
  path.reach();
  for (const auto& part : found) PROPERTY(!is_parent(part));
  PROPERTY(ref->root == root || text.starts_with(ref->root));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  PROPERTY(topic::check_topic_name(text).has_value() == is_name(text));
  check_argument(text);
  // The name of a directory has no slash in it.
  if (text.find('/') != text.npos) return 0;
  if (const auto found = topic::parse_kafka_partition(text)) {
    PROPERTY(found->partition >= 0);
    PROPERTY(found->topic + "-" + std::to_string(found->partition) == text);
  }
  return 0;
}
