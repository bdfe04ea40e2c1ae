#include "group/position_state.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/byte_taker.h"

namespace estream::group {

namespace {

constexpr std::uint16_t state_version = 1;
constexpr std::uint8_t kind_partition = 0;
constexpr std::uint8_t kind_input = 1;

void put_text(std::string& out, std::string_view text) {
  put_be(out, static_cast<std::uint16_t>(text.size()));
  out.append(text);
}

void put_id(std::string& out, const topic::TopicId& id) {
  for (const std::uint8_t byte : id.bytes()) out.push_back(static_cast<char>(byte));
}

std::string take_text(ByteTaker& taker) {
  return std::string(as_text(taker.take_bytes(taker.take<std::uint16_t>())));
}

topic::TopicId take_id(ByteTaker& taker) { return topic::TopicId::of_bytes(taker.take_bytes(16)); }

void put_source(std::string& out, const SourcePosition& source) {
  put_be(out, kind_partition);
  put_text(out, source.topic);
  put_id(out, source.topic_id);
  put_be(out, source.partition);
  put_be(out, source.position.value);
  put_be(out, source.claimed.value);
  put_be(out, source.needed.value);
  put_be(out, source.epoch_before);
}

void put_input(std::string& out, const InputPosition& input) {
  put_be(out, kind_input);
  put_text(out, input.stored);
  put_text(out, input.claimed);
}

void put_sink(std::string& out, const Sink& sink) {
  put_be(out, static_cast<std::uint8_t>(sink.role));
  put_text(out, sink.topic);
  put_id(out, sink.topic_id);
  put_be(out, static_cast<std::uint32_t>(sink.partitions.size()));
  for (const SinkPartition& partition : sink.partitions) {
    put_be(out, partition.next);
    put_be(out, partition.end);
    put_be(out, partition.looked.value);
  }
}

SourcePosition take_source(ByteTaker& taker) {
  SourcePosition source;
  source.topic = take_text(taker);
  source.topic_id = take_id(taker);
  source.partition = taker.take<std::int32_t>();
  source.position = {taker.take<std::int64_t>()};
  source.claimed = {taker.take<std::int64_t>()};
  source.needed = {taker.take<std::int64_t>()};
  source.epoch_before = taker.take<std::int32_t>();
  return source;
}

// False when there is a source of another kind, or an input beside other sources.
bool take_sources(ByteTaker& taker, PositionState& state) {
  const auto count = taker.take<std::uint16_t>();
  for (int i = 0; i < count && taker.is_whole(); i++) {
    const auto kind = taker.take<std::uint8_t>();
    if (kind == kind_partition) {
      state.sources.push_back(take_source(taker));
    } else if (kind == kind_input && count == 1) {
      std::string stored = take_text(taker);
      state.input = InputPosition{std::move(stored), take_text(taker)};
    } else {
      return false;
    }
  }
  return true;
}

Sink take_sink(ByteTaker& taker) {
  Sink sink;
  sink.role = static_cast<Sink::Role>(taker.take<std::uint8_t>());
  sink.topic = take_text(taker);
  sink.topic_id = take_id(taker);
  taker.take_each(sink.partitions, taker.take<std::uint32_t>(), [&] {
    SinkPartition partition;
    partition.next = taker.take<std::int64_t>();
    partition.end = taker.take<std::int64_t>();
    partition.looked = {taker.take<std::int64_t>()};
    return partition;
  });
  return sink;
}

bool makes_sense(const PositionState& state) {
  const auto is_good_source = [&](const SourcePosition& source) {
    const Offset needed_max = state.window.empty() ? source.position : source.claimed;
    return source.partition >= 0 && source.position >= Offset{0} && source.needed >= Offset{0} &&
           source.needed <= needed_max && source.position <= source.claimed;
  };
  const auto is_good_partition = [](const SinkPartition& partition) {
    return partition.next >= 0 && partition.end >= -1 && partition.looked >= Offset{0};
  };
  const auto is_good_sink = [&](const Sink& sink) {
    return sink.role <= Sink::Role::late && std::ranges::all_of(sink.partitions, is_good_partition);
  };
  return std::ranges::all_of(state.sources, is_good_source) &&
         std::ranges::all_of(state.sinks, is_good_sink);
}

}  // namespace

std::optional<std::size_t> find_source(const PositionState& state, std::string_view topic,
                                       std::int32_t partition) {
  const auto same = std::ranges::find_if(state.sources, [&](const SourcePosition& source) {
    return source.topic == topic && source.partition == partition;
  });
  if (same == state.sources.end()) return std::nullopt;
  return static_cast<std::size_t>(same - state.sources.begin());
}

std::string encode_state(const PositionState& state) {
  std::string out;
  put_be(out, state_version);
  put_text(out, state.group);
  put_text(out, state.member);
  put_be(out, state.producer_id);
  put_be(out, state.attempts);
  ASSERT(!state.input || state.sources.empty());
  put_be(out, static_cast<std::uint16_t>(state.input ? 1 : state.sources.size()));
  for (const SourcePosition& source : state.sources) put_source(out, source);
  if (state.input) put_input(out, *state.input);
  put_be(out, static_cast<std::uint16_t>(state.sinks.size()));
  for (const Sink& sink : state.sinks) put_sink(out, sink);
  put_be(out, static_cast<std::uint32_t>(state.window.size()));
  out += state.window;
  return out;
}

std::optional<PositionState> decode_state(Bytes bytes) {
  ByteTaker taker(bytes);
  const bool is_known = taker.take<std::uint16_t>() == state_version;
  PositionState state;
  state.group = take_text(taker);
  state.member = take_text(taker);
  state.producer_id = taker.take<std::int64_t>();
  state.attempts = taker.take<std::int32_t>();
  if (!take_sources(taker, state)) return std::nullopt;
  taker.take_each(state.sinks, taker.take<std::uint16_t>(), [&] { return take_sink(taker); });
  state.window = as_text(taker.take_bytes(taker.take<std::uint32_t>()));
  if (!is_known || !taker.is_at_end() || !makes_sense(state)) return std::nullopt;
  return state;
}

}  // namespace estream::group
