#include "read/topic_wait.h"

#include <map>
#include <optional>
#include <utility>

#include "io/signals.h"

namespace estream::read {

namespace {

constexpr int topic_poll_ms = 50;

using Ends = std::map<std::pair<std::uint64_t, std::uint64_t>, Offset>;

// The ends of the partitions that exist already when the wait for others begins.
Result<Ends> ends_at_start(io::System& system, const SourceRequest& request) {
  Ends ends;
  for (const std::string& topic : request.topics) {
    SourceRequest one = request;
    one.topics = {topic};
    auto sources = open_sources(system, one);
    if (!sources) continue;
    for (PartitionSource& source : *sources) {
      ends[TRY(place_of(source.reader))] = TRY(visible_end(source));
    }
  }
  return ends;
}

// In a topic that came after the start, all records are new. In the others, the records after the
// end at that time are new.
Result<void> set_latest(std::vector<PartitionSource>& sources, const Ends& ends) {
  for (PartitionSource& source : sources) {
    const auto found = ends.find(TRY(place_of(source.reader)));
    source.latest = found == ends.end() ? Offset{0} : found->second;
  }
  return {};
}

}  // namespace

Result<std::vector<PartitionSource>> wait_for_sources(io::System& system,
                                                      const SourceRequest& request,
                                                      MissingTopic missing,
                                                      const EndCondition& end) {
  std::optional<Ends> ends;
  for (;;) {
    auto sources = open_sources(system, request);
    if (sources && ends) TRY(set_latest(*sources, *ends));
    const bool is_missing = !sources && sources.error().code == Error::Code::not_found;
    if (!is_missing || missing == MissingTopic::is_error) return sources;
    if (!ends) ends = TRY(ends_at_start(system, request));
    if (end.is_met()) return std::vector<PartitionSource>();
    io::wait_for_stop(system, topic_poll_ms);
  }
}

}  // namespace estream::read
