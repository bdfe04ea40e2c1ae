#include "group/position_state.h"

#include <algorithm>
#include <concepts>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/endian.h"

namespace estream::group {

namespace {

constexpr std::uint16_t state_version = 1;
constexpr std::uint8_t kind_partition = 0;
constexpr std::uint8_t kind_input = 1;

template <std::integral T>
void put(std::string& out, T value) {
  const std::size_t at = out.size();
  out.resize(at + sizeof(T));
  store_be(std::as_writable_bytes(std::span(out)), at, value);
}

void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint16_t>(text.size()));
  out.append(text);
}

void put_id(std::string& out, const topic::TopicId& id) {
  for (const std::uint8_t byte : id.bytes()) out.push_back(static_cast<char>(byte));
}

// Takes values off the front. Once something is missing, `is_whole` is false, and what was taken
// means nothing.
class Taker {
 public:
  explicit Taker(Bytes bytes) : rest_(bytes) {}

  bool is_whole() const { return is_whole_; }
  bool is_at_end() const { return is_whole_ && rest_.empty(); }

  template <std::integral T>
  T take() {
    const Bytes bytes = take_bytes(sizeof(T));
    return is_whole_ ? load_be<T>(bytes, 0) : T();
  }
  std::string take_text() { return text_of(take_bytes(take<std::uint16_t>())); }
  std::string take_long_text() { return text_of(take_bytes(take<std::uint32_t>())); }
  topic::TopicId take_id() { return topic::TopicId::of_bytes(take_bytes(16)); }

  // So many times, as far as there are bytes.
  template <class T, class Take>
  void take_each(std::vector<T>& out, std::size_t count, Take take_one) {
    for (std::size_t i = 0; i < count && is_whole_; i++) out.push_back(take_one());
  }

 private:
  static std::string text_of(Bytes bytes) { return std::string(as_text(bytes)); }

  Bytes take_bytes(std::size_t count) {
    is_whole_ = is_whole_ && count <= rest_.size();
    if (!is_whole_) return {};
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  Bytes rest_;
  bool is_whole_ = true;
};

void put_source(std::string& out, const SourcePosition& source) {
  put(out, kind_partition);
  put_text(out, source.topic);
  put_id(out, source.topic_id);
  put(out, source.partition);
  put(out, source.position.value);
  put(out, source.claimed.value);
  put(out, source.needed.value);
  put(out, source.epoch_before);
}

void put_input(std::string& out, const InputPosition& input) {
  put(out, kind_input);
  put_text(out, input.stored);
  put_text(out, input.claimed);
}

void put_sink(std::string& out, const Sink& sink) {
  put(out, static_cast<std::uint8_t>(sink.role));
  put_text(out, sink.topic);
  put_id(out, sink.topic_id);
  put(out, static_cast<std::uint32_t>(sink.partitions.size()));
  for (const SinkPartition& partition : sink.partitions) {
    put(out, partition.next);
    put(out, partition.end);
    put(out, partition.looked.value);
  }
}

SourcePosition take_source(Taker& taker) {
  SourcePosition source;
  source.topic = taker.take_text();
  source.topic_id = taker.take_id();
  source.partition = taker.take<std::int32_t>();
  source.position = {taker.take<std::int64_t>()};
  source.claimed = {taker.take<std::int64_t>()};
  source.needed = {taker.take<std::int64_t>()};
  source.epoch_before = taker.take<std::int32_t>();
  return source;
}

// False when there is a source of another kind, or an input beside other sources.
bool take_sources(Taker& taker, PositionState& state) {
  const auto count = taker.take<std::uint16_t>();
  for (int i = 0; i < count && taker.is_whole(); i++) {
    const auto kind = taker.take<std::uint8_t>();
    if (kind == kind_partition) {
      state.sources.push_back(take_source(taker));
    } else if (kind == kind_input && count == 1) {
      std::string stored = taker.take_text();
      state.input = InputPosition{std::move(stored), taker.take_text()};
    } else {
      return false;
    }
  }
  return true;
}

Sink take_sink(Taker& taker) {
  Sink sink;
  sink.role = static_cast<Sink::Role>(taker.take<std::uint8_t>());
  sink.topic = taker.take_text();
  sink.topic_id = taker.take_id();
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
  put(out, state_version);
  put_text(out, state.group);
  put_text(out, state.member);
  put(out, state.producer_id);
  put(out, state.attempts);
  ASSERT(!state.input || state.sources.empty());
  put(out, static_cast<std::uint16_t>(state.input ? 1 : state.sources.size()));
  for (const SourcePosition& source : state.sources) put_source(out, source);
  if (state.input) put_input(out, *state.input);
  put(out, static_cast<std::uint16_t>(state.sinks.size()));
  for (const Sink& sink : state.sinks) put_sink(out, sink);
  put(out, static_cast<std::uint32_t>(state.window.size()));
  out += state.window;
  return out;
}

std::optional<PositionState> decode_state(Bytes bytes) {
  Taker taker(bytes);
  const bool is_known = taker.take<std::uint16_t>() == state_version;
  PositionState state;
  state.group = taker.take_text();
  state.member = taker.take_text();
  state.producer_id = taker.take<std::int64_t>();
  state.attempts = taker.take<std::int32_t>();
  if (!take_sources(taker, state)) return std::nullopt;
  taker.take_each(state.sinks, taker.take<std::uint16_t>(), [&] { return take_sink(taker); });
  state.window = taker.take_long_text();
  if (!is_known || !taker.is_at_end() || !makes_sense(state)) return std::nullopt;
  return state;
}

}  // namespace estream::group
