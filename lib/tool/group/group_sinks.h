#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "group/position_state.h"
#include "group/settlement.h"
#include "io/system.h"
#include "read/partition_source.h"
#include "tool/group/group_options.h"
#include "tool/records/record_copier.h"
#include "write/partition_writers.h"

namespace estream::tool {

// A topic that the options name.
struct SinkTopic {
  group::Sink::Role role;
  const CopyOptions* options;
};
using SinkTopics = std::vector<SinkTopic>;

// The topic of an option: "--into orders.eu". Error::Code::usage when it is no name of a topic.
Result<CopyOptions> read_sink_topic(const char* option, const std::string& text,
                                    const std::optional<Compression>& compression,
                                    const std::string& data_root);

// The topics that a group writes to, open for writing. All partitions of the group that this
// process owns share them.
class GroupSinks {
 public:
  // `root` is the data root of the group. Somebody who only brings what is pending to where
  // it belongs has no topics. All options must outlive this.
  GroupSinks(io::System& system, std::string root, const GroupOptions& group, SinkTopics topics)
      : system_(&system), root_(std::move(root)), group_(&group), wanted_(std::move(topics)) {}

  // Opens the topics of the options, and makes those that do not exist, with so many partitions
  // unless the options say a number.
  Result<void> open(std::int32_t partitions);

  // Adds the topics of the options to the sinks of a position file. Error::Code::usage when the
  // file has others, or a topic is not the one that it was: to go on as if nothing had been
  // written would store output twice, or lose it. `partition` is for messages.
  Result<void> bind(group::PositionState& state, const std::string& partition);
  // Opens the topics of a position file, for somebody who only settles. Error::Code::usage as
  // above.
  Result<void> open_those_of(const group::PositionState& state);
  // As bind(), after all sinks of the state were forgotten.
  Result<void> bind_anew(group::PositionState& state);

  Result<log::PartitionWriter*> writer(const group::Sink& sink, std::int32_t partition);
  group::WriterOf writer_of() {
    return
        [this](const group::Sink& sink, std::int32_t partition) { return writer(sink, partition); };
  }
  group::SettleOptions settle_options(group::Doubt doubt = group::Doubt::is_error) const;

  // Of an open topic.
  std::int32_t partition_count(const std::string& topic) const {
    return topics_.at(topic).writers->partition_count();
  }

  // Completes the indexes, and says what recoveries did. To be called when nothing more is written.
  Result<void> finish();

 private:
  struct OpenTopic {
    write::WriteTarget target;
    std::unique_ptr<write::PartitionWriters> writers;
  };

  Result<void> open_topic(const write::WriteTarget& target);
  Result<void> check(const group::Sink& sink);
  Result<void> add(group::PositionState& state, group::Sink::Role role, const CopyOptions& options);

  io::System* system_;
  std::string root_;
  const GroupOptions* group_;
  SinkTopics wanted_;
  std::map<std::string, OpenTopic> topics_;  // By name. Nodes stay where they are.
};

// Error::Code::usage when one of the topics is read: output that is input again would never end.
Result<void> check_not_read(const SinkTopics& topics,
                            const std::vector<read::PartitionPlace>& places);

// Where a role's sink is in the state; nothing when it has none of this topic.
std::optional<std::uint16_t> find_sink(const group::PositionState& state, group::Sink::Role role,
                                       const std::string& topic);

// Error::Code::usage when the group writes into a topic that the options do not name.
Result<void> check_into(const group::PositionState& state, const GroupOptions& group,
                        const SinkTopics& topics);

}  // namespace estream::tool
