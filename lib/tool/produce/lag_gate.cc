#include "tool/produce/lag_gate.h"

#include "group/group_position.h"
#include "io/deadline.h"
#include "io/signals.h"
#include "log/partition_reader.h"
#include "text/say.h"
#include "text/size.h"

namespace estream::tool {

namespace {

constexpr int poll_interval_ms = 100;

}  // namespace

Result<bool> LagGate::pass(const Chunk& chunk) {
  const std::int64_t deadline_ns =
      io::deadline_after(system_, options_.lag_timeout_ns.value_or(INT64_MAX));
  while (const auto full = TRY(find_full(chunk))) {
    if (io::is_stop_requested()) return false;
    if (options_.on_full == OnFull::fail || system_.monotonic_ns() >= deadline_ns) {
      return Error{Error::Code::busy,
                   describe(*full) + "; run it again when the group has caught up"};
    }
    if (!has_said_wait_) text::say(text::Level::note, describe(*full) + "; waits for the group");
    has_said_wait_ = true;
    io::wait_for_stop(system_, poll_interval_ms);
  }
  return true;
}

// A chunk has several batches of a partition only where it is large.
Result<std::optional<LagGate::Full>> LagGate::find_full(const Chunk& chunk) {
  for (const BuiltBatch& batch : chunk.batches) {
    for (const LagLimit& limit : options_.lag_limits) {
      if (auto full = TRY(look_at(batch.partition, limit))) return full;
    }
  }
  return std::optional<Full>();
}

// The end comes last: if the group reads on meanwhile, the lag is too large and not too small.
Result<std::optional<LagGate::Full>> LagGate::look_at(std::int32_t partition,
                                                      const LagLimit& limit) {
  log::PartitionWriter* writer = TRY(writers_.writer(partition));
  const topic::Topic& topic = writers_.topic();
  const auto source =
      TRY(group::find_position(topic.root(), limit.group, {topic.name(), partition}, topic.id()));
  Offset position;
  if (source) {
    position = source->position;
  } else {
    const auto reader =
        TRY(log::PartitionReader::open(writer->directory(), log::Layout::estream, std::nullopt));
    position = reader.log_start_offset();
  }
  const std::int64_t lag = TRY(writer->log_end_offset()) - position;
  if (lag <= limit.events_max) return std::optional<Full>();
  return std::optional(Full{partition, &limit, lag, source.has_value()});
}

std::string LagGate::describe(const Full& full) const {
  return options_.target.topic.name + "/" + std::to_string(full.partition) + ": group '" +
         full.limit->group + "' is " + text::format_count(full.lag, "event", "events") + " behind" +
         (full.has_position ? "" : " (it has no position yet)") + ", and --max-lag allows " +
         std::to_string(full.limit->events_max);
}

}  // namespace estream::tool
