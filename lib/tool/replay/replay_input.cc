#include "tool/replay/replay_input.h"

#include <algorithm>
#include <utility>

namespace estream::tool {

Error changed_error(const std::string& place) {
  return {Error::Code::busy, place + ": changed while it was read; run again"};
}

Result<void> open_lookups(Lookups& lookups, const ReplayOptions& options) {
  TRY(lookups.open(options.request.sources, options.request.times.until, false,
                   read::MissingTopic::is_error));
  return {};
}

Result<std::vector<read::BatchFeed>> open_feeds(const ReplayInput& input,
                                                const read::StagePlan& plan) {
  std::vector<read::PartitionSource> opened = TRY(input.open());
  std::vector<read::BatchFeed> feeds;
  auto next = opened.begin();
  for (const read::StageSource& source : plan.sources) {
    // Topics that came meanwhile are passed over.
    next = std::find_if(next, opened.end(), [&source](const read::PartitionSource& candidate) {
      return candidate.topic->name() == source.topic && candidate.partition == source.partition;
    });
    if (next == opened.end()) {
      return changed_error(source.topic + "/" + std::to_string(source.partition));
    }
    feeds.emplace_back(std::move(*next++), input.feed);
    TRY(feeds.back().begin(source.window));
  }
  return feeds;
}

}  // namespace estream::tool
