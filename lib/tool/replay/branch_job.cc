#include "tool/replay/branch_job.h"

#include <fmt/format.h>

#include <string>

#include "cli/say.h"
#include "cli/size.h"
#include "topic/branch.h"
#include "topic/topic.h"
#include "topic/topic_name.h"

namespace estream::tool {

Result<cli::ExitStatus> branch_topic(io::System& system, const ReplayOptions& options) {
  const SourceRequest& request = options.request.sources;
  if (request.topics.size() != 1) {
    return Error{Error::Code::usage, "option --branch: name the one topic that is branched"};
  }
  const topic::TopicRef from =
      TRY(topic::parse_topic_argument(request.topics.front(), request.data_root));
  const topic::TopicRef to = TRY(topic::parse_topic_argument(options.branch, request.data_root));
  if (!from.partitions.empty() || !to.partitions.empty()) {
    return Error{Error::Code::usage, "option --branch: takes whole topics, not partitions"};
  }
  const topic::Topic source = TRY(topic::Topic::open(system, from.root, from.name));
  const topic::BranchReport report = TRY(topic::branch_topic(source, to.root, to.name));
  cli::say(cli::Level::detail,
           fmt::format("{} partitions; {} segments, {}, are shared; {} segments, {}, are copied",
                       report.partitions, report.linked_segments,
                       cli::format_size(static_cast<std::int64_t>(report.shared_bytes)),
                       report.copied_segments,
                       cli::format_size(static_cast<std::int64_t>(report.copied_bytes))));
  return cli::ExitStatus::done;
}

}  // namespace estream::tool
