#include "group/position_state.h"

#include <doctest/doctest.h>

#include "group/samples.h"

namespace estream::group {

static std::optional<PositionState> decoded(std::string_view bytes) {
  return decode_state(std::as_bytes(std::span(bytes)));
}

TEST_CASE("a state has the bytes of the format") {
  CHECK(sample_state_bytes.size() == 0xa5);
  CHECK(encode_state(sample_state()) == sample_state_bytes);
  CHECK(decoded(sample_state_bytes) == sample_state());
}

TEST_CASE("a state of any content survives") {
  PositionState state = sample_state();
  state.window = std::string("\0window", 7);
  state.sinks.push_back({Sink::Role::late, "late", {}, {}});
  state.sources.push_back({"b", {}, 0, {0}, {0}, {0}, -1});
  CHECK(decoded(encode_state(state)) == state);
  CHECK(decoded(encode_state(PositionState())) == PositionState());
}

TEST_CASE("a state that is cut at any byte, or has one more, is none") {
  for (std::size_t size = 0; size < sample_state_bytes.size(); size++) {
    CAPTURE(size);
    CHECK(!decoded(std::string_view(sample_state_bytes).substr(0, size)));
  }
  CHECK(!decoded(sample_state_bytes + '\0'));
}

TEST_CASE("a state of another version, or one that makes no sense, is none") {
  std::string other = sample_state_bytes;
  other[1] = 2;
  CHECK(!decoded(other));
  PositionState state = sample_state();
  state.sources[0].claimed = {199};
  CHECK(!decoded(encode_state(state)));
  state = sample_state();
  state.sources[0].needed = {201};
  CHECK(!decoded(encode_state(state)));
  state = sample_state();
  state.sources[0].partition = -1;
  CHECK(!decoded(encode_state(state)));
  state = sample_state();
  state.sinks[0].partitions[1].end = -2;
  CHECK(!decoded(encode_state(state)));
  state = sample_state();
  state.sinks[0].role = static_cast<Sink::Role>(3);
  CHECK(!decoded(encode_state(state)));
  // A number of partitions that no file has room for.
  std::string many = encode_state(state);
  many.replace(many.size() - 4 - 24 * 2 - 4, 4, "\x7f\xff\xff\xff");
  CHECK(!decoded(many));
}

}  // namespace estream::group
