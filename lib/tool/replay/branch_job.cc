#include "tool/replay/branch_job.h"

#include <fmt/format.h>

#include <string>

#include "text/say.h"
#include "text/size.h"
#include "topic/topic.h"
#include "topic/topic_branch.h"
#include "topic/topic_name.h"

namespace estream::tool {

Result<cli::ExitStatus> branch_topic(io::System& system, const ReplayOptions& options) {
  const read::SourceRequest& request = options.request.sources;
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
  const auto segments = [](std::int64_t count, std::uint64_t bytes) {
    return text::format_count(count, "segment", "segments") + ", " +
           text::format_size(static_cast<std::int64_t>(bytes));
  };
  text::say(text::Level::detail,
            fmt::format("{}; shared: {}; copied: {}",
                        text::format_count(report.partitions, "partition", "partitions"),
                        segments(report.linked_segments, report.shared_bytes),
                        segments(report.copied_segments, report.copied_bytes)));
  return cli::ExitStatus::done;
}

}  // namespace estream::tool
