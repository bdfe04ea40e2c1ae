#include "tool/group/group_sinks.h"

#include <algorithm>

#include "group/sink_topic.h"
#include "topic/topic_name.h"

namespace estream::tool {

namespace {

using Role = group::Sink::Role;

Error sink_error(const std::string& message) { return {Error::Code::usage, message}; }

}  // namespace

Result<CopyOptions> read_sink_topic(const char* option, const std::string& text,
                                    const std::optional<Compression>& compression,
                                    const std::string& data_root) {
  CopyOptions copy;
  copy.target.topic = TRY(topic::parse_topic_argument(text, data_root));
  if (!copy.target.topic.partitions.empty()) {
    return sink_error(std::string("option ") + option + ": " + text +
                      " names partitions; write the topic alone");
  }
  // Nothing is shown to readers before it is synced; the group does that.
  copy.target.sync_level = log::SyncLevel::interval;
  if (compression) {
    copy.codec = compression->codec;
    copy.level = compression->level;
  }
  return copy;
}

std::optional<std::uint16_t> find_sink(const group::PositionState& state, Role role,
                                       const std::string& topic) {
  const auto same = std::ranges::find_if(state.sinks, [&](const group::Sink& sink) {
    return sink.role == role && sink.topic == topic;
  });
  if (same == state.sinks.end()) return std::nullopt;
  return static_cast<std::uint16_t>(same - state.sinks.begin());
}

Result<void> check_not_read(const SinkTopics& topics,
                            const std::vector<read::PartitionPlace>& places) {
  for (const SinkTopic& topic : topics) {
    for (const read::PartitionPlace& place : places) {
      if (topic.options->target.topic.name != place.topic->name()) continue;
      return sink_error("topic '" + place.topic->name() +
                        "' is read and written; write into another topic");
    }
  }
  return {};
}

Result<void> check_into(const group::PositionState& state, const GroupOptions& group,
                        const SinkTopics& topics) {
  const auto into = std::ranges::find(state.sinks, Role::into, &group::Sink::role);
  if (into == state.sinks.end()) return {};
  const auto is_named = [&](const SinkTopic& topic) {
    return topic.role == Role::into && topic.options->target.topic.name == into->topic;
  };
  if (std::ranges::any_of(topics, is_named)) return {};
  return sink_error("group '" + group.name + "' writes into '" + into->topic + "'; give --into " +
                    into->topic + ", or bind it anew with --seek");
}

Result<void> GroupSinks::open(std::int32_t partitions) {
  for (const SinkTopic& topic : wanted_) {
    write::WriteTarget target = topic.options->target;
    target.settings.partition_count = partitions;
    TRY(open_topic(target));
  }
  return {};
}

Result<void> GroupSinks::open_topic(const write::WriteTarget& target) {
  OpenTopic& open = topics_[target.topic.name];
  open.target = target;
  open.writers = TRY(write::PartitionWriters::open(*system_, open.target));
  // Makes the topic.
  TRY(open.writers->writer(0));
  return {};
}

group::SettleOptions GroupSinks::settle_options(group::Doubt doubt) const {
  return {.owner = "group '" + group_->name + "'",
          .doubt = doubt,
          .is_synced = group_->sync.level != log::SyncLevel::none};
}

Result<void> GroupSinks::bind(group::PositionState& state, const std::string& partition) {
  if (auto checked = check_into(state, *group_, wanted_); !checked) {
    return Error{checked.error().code, partition + ": " + checked.error().message};
  }
  TRY(open_those_of(state));
  for (const SinkTopic& topic : wanted_) TRY(add(state, topic.role, *topic.options));
  return {};
}

Result<void> GroupSinks::open_those_of(const group::PositionState& state) {
  for (const group::Sink& sink : state.sinks) TRY(check(sink));
  return {};
}

Result<void> GroupSinks::bind_anew(group::PositionState& state) {
  state.sinks.clear();
  // What is in the topics under the old id stays there, and is not ours any more.
  state.producer_id = group::random_producer_id(*system_);
  return bind(state, "");
}

// A sink of an earlier run that the options do not name is in the root of the group.
Result<void> GroupSinks::check(const group::Sink& sink) {
  if (!topics_.contains(sink.topic)) {
    write::WriteTarget target;
    target.topic = {root_, sink.topic, ""};
    target.creates_topic = false;
    TRY(open_topic(target));
  }
  if (group::is_topic_of(sink, topics_.at(sink.topic).writers->topic())) return {};
  return sink_error("topic '" + sink.topic + "' is not the one that group '" + group_->name +
                    "' wrote to (it has another id, or another number of partitions); --seek POS "
                    "--into " +
                    sink.topic + " begins anew with this one");
}

Result<void> GroupSinks::add(group::PositionState& state, Role role, const CopyOptions& options) {
  const std::string& name = options.target.topic.name;
  if (find_sink(state, role, name)) return {};
  const topic::Topic& topic = topics_.at(name).writers->topic();
  state.sinks.push_back(TRY(group::fresh_sink(role, topic, writer_of())));
  return {};
}

Result<log::PartitionWriter*> GroupSinks::writer(const group::Sink& sink, std::int32_t partition) {
  return topics_.at(sink.topic).writers->writer(partition);
}

Result<void> GroupSinks::finish() {
  for (auto& [name, topic] : topics_) {
    if (topic.writers == nullptr) continue;
    topic.writers->say_notices();
    TRY(topic.writers->finish());
  }
  return {};
}

}  // namespace estream::tool
