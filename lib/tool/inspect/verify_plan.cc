#include "tool/inspect/verify_plan.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "cli/position.h"
#include "log/names.h"
#include "topic/kafka_root.h"
#include "topic/topic_config.h"
#include "topic/topic_name.h"

namespace estream::tool {

namespace {

using Json = nlohmann::ordered_json;
using log::Finding;

constexpr std::size_t config_bytes_max = 1 << 20;

bool is_chosen(const std::vector<std::int32_t>& wanted, std::int32_t partition) {
  return wanted.empty() || std::ranges::find(wanted, partition) != wanted.end();
}

// Fields that this estream would not have written: it would pass over them in silence.
void find_unknown_fields(const Json& found, const Json& known, const std::string& file,
                         std::vector<Finding>& findings) {
  for (const auto& [name, value] : found.items()) {
    const auto other = known.find(name);
    if (other == known.end()) {
      findings.push_back({Finding::Kind::fault, file, std::nullopt,
                          "has the field '" + name +
                              "', which is not known: it is damaged, or "
                              "written by a newer estream",
                          log::Remedy::restore_settings});
    } else if (value.is_object() && other->is_object()) {
      find_unknown_fields(value, *other, file, findings);
    }
  }
}

// The partitions that topic.json speaks of, or when it is damaged those that are there.
Result<std::set<std::int32_t>> partitions_of(const io::Directory& topic, VerifyPlan& plan) {
  const std::string file = topic.path_of("topic.json");
  const auto fault = [&](std::string what) {
    plan.findings.push_back(
        {Finding::Kind::fault, file, std::nullopt, std::move(what), log::Remedy::restore_settings});
  };
  std::set<std::int32_t> there;
  for (const std::string& name : TRY(topic.list())) {
    if (const auto number = log::parse_canonical_number(name, topic::partition_count_max)) {
      there.insert(static_cast<std::int32_t>(*number));
    } else if (name != "topic.json") {
      plan.findings.push_back(
          {Finding::Kind::note, topic.path_of(name), std::nullopt, "is not estream's"});
    }
  }
  const auto text = topic.read_file("topic.json", config_bytes_max);
  if (!text) {
    if (text.error().code == Error::Code::not_found) {
      fault("is missing");
    } else {
      plan.findings.push_back(log::finding_of(log::Remedy::restore_settings, file, text.error()));
    }
    return there;
  }
  const auto config = topic::parse_topic_config(*text);
  if (!config) {
    fault(config.error().message);
    return there;
  }
  find_unknown_fields(Json::parse(*text, nullptr, false),
                      Json::parse(topic::to_json(*config), nullptr, false), file, plan.findings);
  for (std::int32_t i = 0; i < config->partition_count; i++) {
    if (!there.insert(i).second) continue;
    fault("says that there are " + std::to_string(config->partition_count) +
          " partitions, but the directory of partition " + std::to_string(i) + " is missing");
    there.erase(i);
  }
  for (const std::int32_t partition : there) {
    if (partition < config->partition_count) continue;
    fault("says that there are " + std::to_string(config->partition_count) +
          " partitions, but there is a directory of partition " + std::to_string(partition));
  }
  return there;
}

Result<void> add_ours(const io::Directory& root, const std::string& name,
                      const std::vector<std::int32_t>& wanted, VerifyPlan& plan) {
  const io::Directory topic = TRY(root.open_directory(name));
  for (const std::int32_t partition : TRY(partitions_of(topic, plan))) {
    if (!is_chosen(wanted, partition)) continue;
    auto directory = topic.open_directory(std::to_string(partition));
    if (!directory) {
      plan.findings.push_back(log::finding_of(
          log::Remedy::none, topic.path_of(std::to_string(partition)), directory.error()));
      continue;
    }
    plan.targets.push_back(
        {name, partition, *std::move(directory), log::Layout::estream, std::nullopt});
  }
  return {};
}

Result<void> add_kafka(const io::Directory& root, const std::string& name,
                       const std::vector<std::int32_t>& wanted, VerifyPlan& plan) {
  const auto starts = TRY(topic::read_log_start_offsets(root, name));
  for (const std::string& entry : TRY(root.list())) {
    const auto found = topic::parse_kafka_partition(entry);
    if (!found || found->topic != name || !is_chosen(wanted, found->partition)) continue;
    io::Directory directory = TRY(root.open_directory(entry));
    const auto start = starts.find(found->partition);
    plan.targets.push_back({name, found->partition, std::move(directory), log::Layout::kafka,
                            start == starts.end() ? std::nullopt : std::optional(start->second)});
  }
  return {};
}

}  // namespace

Result<VerifyPlan> plan_topic(io::System& system, const InspectOptions& options,
                              const std::string& argument) {
  const topic::TopicRef ref =
      TRY(topic::parse_topic_argument(argument, options.request.sources.data_root));
  std::vector<std::int32_t> wanted = options.request.sources.partitions;
  if (!ref.partitions.empty()) wanted = TRY(cli::parse_partitions(ref.partitions));
  const auto root = io::Directory::open(system, ref.root);
  const Error unknown = {Error::Code::not_found,
                         "topic '" + ref.name + "' does not exist in " + ref.root};
  if (!root) return root.error().code == Error::Code::not_found ? unknown : root.error();
  VerifyPlan plan;
  const bool is_kafka = TRY(topic::is_kafka_root(*root));
  if (is_kafka) {
    TRY(add_kafka(*root, ref.name, wanted, plan));
    if (plan.targets.empty()) return unknown;
  } else {
    const auto status = TRY(root->status(ref.name));
    if (!status) return unknown;
    TRY(add_ours(*root, ref.name, wanted, plan));
  }
  return plan;
}

}  // namespace estream::tool
