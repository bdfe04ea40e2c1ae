#include "tool/group/group_sources.h"

#include <algorithm>

#include "group/group_position.h"
#include "group/sink_topic.h"
#include "text/say.h"

namespace estream::tool {

namespace {

std::string shown(Offset offset) { return std::to_string(offset.value); }

std::string named(const GroupOptions& options) { return "group '" + options.name + "'"; }

}  // namespace

group::PartitionName name_of(const read::PartitionPlace& place) {
  return {place.topic->name(), place.partition};
}

Result<io::Directory> root_of(const GroupOptions& options,
                              const std::vector<read::PartitionPlace>& places) {
  const io::Directory& root = places.front().topic->root();
  const io::FileStatus first = TRY(root.status());
  for (const read::PartitionPlace& place : places) {
    if (place.topic->layout() == log::Layout::kafka) {
      return Error{Error::Code::usage,
                   "option --group: " + place.topic->name() +
                       " is in a Kafka broker's directory, which estream only reads; use "
                       "--cursor-file"};
    }
    const io::FileStatus other = TRY(place.topic->root().status());
    if (other.device == first.device && other.inode == first.inode) continue;
    return Error{Error::Code::usage, "option --group: the topics must be in one data root, and " +
                                         place.topic->name() + " is in another one"};
  }
  if (!options.allows_any_file_system) TRY(group::check_file_system(root));
  return root;
}

group::SourcePosition fresh_source(const read::PartitionPlace& place, Offset begin) {
  return {place.topic->name(), place.topic->id(), place.partition, begin, begin, begin, -1};
}

group::PositionState fresh_state(const GroupOptions& options, const std::string& member,
                                 io::System& system, std::vector<group::SourcePosition> sources) {
  group::PositionState state;
  state.group = options.name;
  state.member = member;
  state.producer_id = group::random_producer_id(system);
  state.sources = std::move(sources);
  return state;
}

void set_position(group::SourcePosition& position, const topic::Topic& topic,
                  const log::PartitionReader& reader, Offset offset) {
  position.position = position.claimed = position.needed = offset;
  position.topic_id = topic.id();
  position.epoch_before = read::epoch_before(reader, offset).value_or(-1);
}

Result<void> check_no_windows(const GroupOptions& options, const group::PositionState& state) {
  if (state.window.empty()) return {};
  return Error{Error::Code::usage,
               named(options) +
                   " computes windows with estream-window; take another group, or set its position "
                   "with --seek, which forgets the open windows"};
}

Result<Offset> checked_position(const GroupOptions& options, const read::PartitionSource& source,
                                const group::SourcePosition& stored) {
  const auto refuse = [&](const std::string& what) {
    return Error{Error::Code::corrupt, source.name + ": " + named(options) + " " + what};
  };
  if (topic::are_different(stored.topic_id, source.topic->id())) {
    return refuse("has read the topic with " + describe(stored.topic_id) + ", and this one has " +
                  describe(source.topic->id()) + "; --seek POS begins with this one");
  }
  const Offset end = TRY(source.reader.known_end());
  if (stored.position > end) {
    return refuse("is at offset " + shown(stored.position) + ", but the log ends at " + shown(end) +
                  ": this is not the log that it read, or the log lost its end");
  }
  const auto epoch = read::epoch_before(source.reader, stored.position);
  if (epoch && stored.epoch_before >= 0 && *epoch != stored.epoch_before) {
    const Offset before = {std::max<std::int64_t>(stored.position.value - 1, 0)};
    return refuse("has read offset " + shown(before) + " in epoch " +
                  std::to_string(stored.epoch_before) + ", now it is of epoch " +
                  std::to_string(*epoch) + ": the log was cut there and written again");
  }
  const Offset start = source.reader.log_start_offset();
  if (stored.position >= start) return stored.position;
  if (!options.goes_on_at_gap) {
    return refuse("needs offset " + shown(stored.position) +
                  ", but retention deleted everything before " + shown(start) +
                  "; to go on there: --on-gap start");
  }
  text::say(text::Level::warning, source.name + ": retention deleted offsets " +
                                      shown(stored.position) + " to " + shown(start + -1) +
                                      " before " + named(options) + " had read them");
  return start;
}

Result<Offset> stored_position(const GroupOptions& options, const read::PartitionSource& source) {
  const auto directory = TRY(group::find_group(source.topic->root(), options.name));
  if (!directory) {
    return Error{Error::Code::not_found,
                 named(options) + " does not exist in " + source.topic->root().name()};
  }
  const auto stored =
      TRY(group::look_at_position(source.topic->root(), options.name, name_of(source)));
  const Offset start = source.reader.log_start_offset();
  if (!stored) return start;
  const std::int64_t wanted = stored->position.value + options.shift;
  return std::clamp(Offset{wanted}, start, std::max(start, source.reader.end_offset()));
}

void say_owns_nothing(const GroupOptions& options) {
  text::say(text::Level::error, named(options) +
                                    ": all partitions are owned by other members; with -f, a "
                                    "member waits for one");
}

}  // namespace estream::tool
