#include "tool/inspect/verify_plan.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "read/partition_source.h"
#include "text/position.h"
#include "topic/kafka_root.h"
#include "topic/topic_directory.h"
#include "topic/topic_name.h"
#include "topic/verify_topic.h"

namespace estream::tool {

namespace {

// Leaves what is wanted, all of which has to be there.
Result<void> choose(const std::string& topic, const std::vector<std::int32_t>& wanted,
                    VerifyPlan& plan) {
  for (const std::int32_t partition : wanted) {
    const auto found = std::ranges::find(plan.targets, partition, &VerifyTarget::partition);
    if (found == plan.targets.end()) {
      return read::no_such_partition(topic, partition, plan.targets.size());
    }
  }
  std::erase_if(plan.targets, [&](const VerifyTarget& target) {
    return !wanted.empty() && std::ranges::find(wanted, target.partition) == wanted.end();
  });
  return {};
}

Result<void> add_ours(const io::Directory& root, const std::string& name, VerifyPlan& plan) {
  const io::Directory topic = TRY(topic::open_topic_directory(root, name));
  topic::TopicProof proof = TRY(topic::verify_topic_files(topic));
  std::ranges::move(proof.findings, std::back_inserter(plan.findings));
  for (const std::int32_t partition : proof.partitions) {
    plan.targets.push_back(
        {name, partition, topic, std::to_string(partition), log::Layout::estream, std::nullopt});
  }
  return {};
}

Result<void> add_kafka(const io::Directory& root, const std::string& name, VerifyPlan& plan) {
  const auto starts = TRY(topic::read_log_start_offsets(root, name));
  for (const std::string& entry : TRY(root.list())) {
    const auto found = topic::parse_kafka_partition(entry);
    if (!found || found->topic != name) continue;
    const auto start = starts.find(found->partition);
    plan.targets.push_back({name, found->partition, root, entry, log::Layout::kafka,
                            start == starts.end() ? std::nullopt : std::optional(start->second)});
  }
  return {};
}

}  // namespace

Result<VerifyPlan> plan_topic(io::System& system, const InspectOptions& options,
                              const std::string& argument) {
  const topic::TopicRef ref = TRY(read::topic_ref_of(system, argument, options.request.sources));
  std::vector<std::int32_t> wanted = options.request.sources.partitions;
  if (!ref.partitions.empty()) wanted = TRY(text::parse_partitions(ref.partitions));
  const auto root = io::Directory::open(system, ref.root);
  const Error unknown = {Error::Code::not_found,
                         "topic '" + ref.name + "' does not exist in " + ref.root};
  if (!root) return root.error().code == Error::Code::not_found ? unknown : root.error();
  VerifyPlan plan;
  const bool is_kafka = TRY(topic::is_kafka_topic(*root, ref.name));
  if (is_kafka) {
    TRY(add_kafka(*root, ref.name, plan));
    if (plan.targets.empty()) return unknown;
  } else {
    const auto status = TRY(root->status(ref.name));
    if (!status) return unknown;
    TRY(add_ours(*root, ref.name, plan));
  }
  TRY(choose(ref.name, wanted, plan));
  return plan;
}

}  // namespace estream::tool
