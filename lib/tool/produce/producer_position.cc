#include "tool/produce/producer_position.h"

#include <algorithm>
#include <utility>

#include "group/producer_directory.h"
#include "group/sink_topic.h"
#include "io/deadline.h"
#include "io/signals.h"
#include "text/say.h"

namespace estream::tool {

namespace {

constexpr int busy_interval_ms = 20;

std::string called(const ProduceOptions& options) { return "producer '" + *options.producer + "'"; }

// Of a name that has no position yet.
Result<group::PositionState> fresh_state(write::PartitionWriters& writers,
                                         const ProduceOptions& options) {
  TRY(writers.writer(0));  // Makes the topic.
  group::PositionState state;
  state.group = *options.producer;
  state.member = producer_owner;
  // Random: what `--producer` alone stores under the same name is apart from it.
  state.producer_id = group::random_producer_id(writers.topic().system());
  const std::string begin = options.after ? options.after->to_text() : "";
  state.input = group::InputPosition{begin, begin};
  state.sinks.push_back(
      TRY(group::fresh_sink(group::Sink::Role::into, writers.topic(), writers.writer_of())));
  return state;
}

// Nothing when the end of the run was asked for.
Result<std::optional<group::PositionClaim>> wait_for_claim(const io::Directory& producers,
                                                           const ProduceOptions& options,
                                                           const group::PositionState& fresh) {
  io::System& system = producers.system();
  const std::int64_t deadline_ns = io::deadline_after(system, options.target.lock_timeout_ns);
  for (;;) {
    auto claim = TRY(group::PositionClaim::take(producers, *options.producer, fresh));
    if (claim || io::is_stop_requested()) return claim;
    if (system.monotonic_ns() >= deadline_ns) {
      return Error{Error::Code::busy, "topic '" + options.target.topic.name +
                                          "': another process runs as " + called(options) +
                                          "; run it again when that one has ended, or wait "
                                          "longer (-T)"};
    }
    io::wait_for_stop(system, busy_interval_ms);
  }
}

}  // namespace

Result<std::optional<ProducerPosition>> ProducerPosition::open(write::PartitionWriters& writers,
                                                               const ProduceOptions& options) {
  const group::PositionState fresh = TRY(fresh_state(writers, options));
  const io::Directory topic = TRY(writers.topic().open_directory());
  const io::Directory producers = TRY(group::make_producers(topic));
  auto claim = TRY(wait_for_claim(producers, options, fresh));
  if (!claim) return std::optional<ProducerPosition>();
  ProducerPosition position(writers, options, *std::move(claim));
  TRY(position.take_over());
  return std::optional(std::move(position));
}

Result<void> ProducerPosition::take_over() {
  group::PositionFile& file = claim_.file();
  if (!file.notice().empty()) text::say(text::Level::warning, file.notice());
  state_ = file.content().state;
  TRY(check_topic());
  TRY(group::settle(file, state_, writers_->writer_of(), settle_options()));
  TRY(begin_after());
  return read_stored();
}

// A position that came with a copy of files must not be used for other events.
Result<void> ProducerPosition::check_topic() const {
  const bool is_same =
      state_.sinks.size() == 1 && group::is_topic_of(state_.sinks.front(), writers_->topic());
  if (is_same) return {};
  return Error{Error::Code::usage,
               claim_.name() + ": is the position of " + called(*options_) +
                   " in another topic; remove the file, and give --after VALUE to begin anew"};
}

// --after is for a name that is new. A command that is run again may still have it.
Result<void> ProducerPosition::begin_after() {
  if (!options_->after) return {};
  std::string& stored = state_.input->stored;
  if (stored.empty()) {
    stored = state_.input->claimed = options_->after->to_text();
    return {};
  }
  TRY(read_stored());
  if (!stored_->is_of_kind_of(*options_->after)) {
    return Error{Error::Code::corrupt, "--after " + options_->after->to_text() + ": is " +
                                           options_->after->kind() + ", and " + called(*options_) +
                                           " is at " + stored + ", which is " + stored_->kind()};
  }
  if (*stored_ >= *options_->after) return {};
  return Error{Error::Code::usage, "--after " + options_->after->to_text() + ": " +
                                       called(*options_) + " is at " + stored +
                                       " already; --after is for a new name"};
}

Result<void> ProducerPosition::read_stored() {
  const std::string& text = state_.input->stored;
  if (text.empty()) return {};
  auto stored = SequenceValue::parse(text);
  if (!stored) {
    return Error{Error::Code::corrupt, claim_.name() + ": has a position that is unknown: " + text};
  }
  stored_ = *stored;
  return {};
}

group::SettleOptions ProducerPosition::settle_options() {
  const std::string& file = claim_.name();
  const group::InputPosition& input = *state_.input;
  const auto begin_at = [](const std::string& value) {
    return value.empty() ? std::string("without --after") : "with --after " + value;
  };
  return {.owner = called(*options_),
          .is_synced = options_->target.sync_level != log::SyncLevel::none,
          .anew = "remove " + file + ", and give --after VALUE to begin anew",
          .resolve = "remove " + file + ", and begin " + begin_at(input.claimed) +
                     " if they are, or " + begin_at(input.stored) + " if not"};
}

Result<std::vector<Offset>> ProducerPosition::store(std::string pending,
                                                    const SequenceValue& last) {
  state_.input->claimed = last.to_text();
  auto offsets = TRY(group::store_output(claim_.file(), state_, std::move(pending),
                                         writers_->writer_of(), settle_options()));
  stored_ = last;
  return offsets;
}

// The next run need not look at what others have written meanwhile.
Result<void> ProducerPosition::close() {
  std::vector<group::SinkPartition>& partitions = state_.sinks.front().partitions;
  for (std::size_t i = 0; i < partitions.size(); i++) {
    const log::PartitionWriter* const writer = TRY(writers_->writer(static_cast<std::int32_t>(i)));
    partitions[i].looked = std::max(partitions[i].looked, TRY(writer->synced_offset()));
  }
  TRY(claim_.file().note(state_));
  TRY(claim_.file().commit());
  return claim_.file().cut();
}

}  // namespace estream::tool
