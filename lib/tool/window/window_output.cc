#include "tool/window/window_output.h"

#include <utility>

#include "base/murmur2.h"

namespace estream::tool {

namespace {

// What a record takes in a batch beside its contents.
constexpr std::size_t record_bytes = 16;

}  // namespace

SinkTopics sink_topics(const WindowOptions& options) {
  using Role = group::Sink::Role;
  SinkTopics topics;
  if (options.into) topics.push_back({Role::into, &*options.into});
  if (options.late.topic) topics.push_back({Role::late, &*options.late.topic});
  return topics;
}

WindowOutput::Topic::Topic(WindowContext& context, Role sink_role, const CopyOptions& copy_options)
    : role(sink_role),
      options(&copy_options),
      partitions(context.sinks->partition_count(copy_options.target.topic.name)),
      output(copy_options, partitions, context.unused_builders) {}

WindowOutput::WindowOutput(WindowContext& context, std::int32_t keyless_partition)
    : context_(&context),
      keyless_partition_(keyless_partition),
      records_(context.options->settings) {
  const WindowOptions& options = *context.options;
  if (options.into) into_.emplace(context, Role::into, *options.into);
  if (options.late.topic) late_.emplace(context, Role::late, *options.late.topic);
}

void WindowOutput::attach(const read::Reading& reading, std::size_t first_source) {
  first_source_ = first_source;
  for (std::optional<Topic>* topic : {&into_, &late_}) {
    if (*topic) (*topic)->copier.emplace(*(*topic)->options, reading.plan(), (*topic)->partitions);
  }
}

Result<void> WindowOutput::put(const window::WindowResult& result) {
  context_->results++;
  if (!into_) return context_->printer->put(result);
  const RecordView record = records_.record_of(result);
  const std::int32_t partition = record.key
                                     ? partition_for_key(as_bytes(*record.key), into_->partitions)
                                     : keyless_partition_ % into_->partitions;
  add(*into_, static_cast<std::size_t>(partition), record);
  return {};
}

Result<void> WindowOutput::pass(std::uint32_t source, const RecordView& record) {
  context_->results++;
  const auto number = static_cast<std::uint32_t>(first_source_ + source);
  return into_ ? copy(*into_, number, record) : context_->printer->pass(number, record);
}

Result<void> WindowOutput::late(std::uint32_t source, const RecordView& record) {
  const auto number = static_cast<std::uint32_t>(first_source_ + source);
  if (late_) return copy(*late_, number, record);
  return context_->late == nullptr ? Result<void>() : context_->late->add(number, record);
}

Result<void> WindowOutput::copy(Topic& topic, std::uint32_t source, const RecordView& record) {
  CopiedRecord copied;
  TRY(topic.copier->copy(source, record, copied));
  add(topic, copied.partition, copied.record);
  return {};
}

void WindowOutput::add(Topic& topic, std::size_t partition, const RecordView& record) {
  topic.output.add(partition, record);
  bytes_ += payload_bytes(record.key, record.value, record.headers) + record_bytes;
}

void WindowOutput::prepare() {
  for (std::optional<Topic>* topic : {&into_, &late_}) {
    if (*topic) (*topic)->prepared = (*topic)->output.take();
  }
  bytes_ = 0;
}

Result<void> WindowOutput::finish(const group::PositionState& state, std::string& pending) {
  for (std::optional<Topic>* one : {&into_, &late_}) {
    if (!*one) continue;
    Topic& topic = **one;
    const auto sink = find_sink(state, topic.role, topic.options->target.topic.name);
    TRY(topic.output.finish(topic.prepared, *sink, pending));
  }
  return {};
}

void WindowOutput::give_back() {
  for (std::optional<Topic>* topic : {&into_, &late_}) {
    if (*topic) (*topic)->output.give_back(std::exchange((*topic)->prepared, {}));
  }
}

}  // namespace estream::tool
