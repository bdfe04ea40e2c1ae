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

TEST_CASE("the state of a producer has the bytes of the format") {
  CHECK(encode_state(sample_input_state()) == sample_input_state_bytes);
  CHECK(decoded(sample_input_state_bytes) == sample_input_state());
  PositionState state = sample_input_state();
  state.input = InputPosition{"", std::string("\0\xff", 2)};
  CHECK(decoded(encode_state(state)) == state);
}

TEST_CASE("an input beside another source, or a source of another kind, is none") {
  // Two inputs.
  const std::string input = from_hex("01 0001 61 0001 61");
  const std::string head = from_hex("0001 0000 0000 0000000000000000 00000000");
  const std::string tail = from_hex("0000 00000000");
  CHECK(decoded(head + from_hex("0001") + input + tail));
  CHECK(!decoded(head + from_hex("0002") + input + input + tail));
  // A partition and an input, in either order.
  const std::string partition = from_hex("00 0000") + std::string(16 + 4 + 3 * 8 + 4, '\0');
  CHECK(decoded(head + from_hex("0002") + partition + partition + tail));
  CHECK(!decoded(head + from_hex("0002") + partition + input + tail));
  CHECK(!decoded(head + from_hex("0002") + input + partition + tail));
  CHECK(!decoded(head + from_hex("0001") + from_hex("02 0001 61 0001 61") + tail));
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
  for (std::size_t size = 0; size < sample_input_state_bytes.size(); size++) {
    CAPTURE(size);
    CHECK(!decoded(std::string_view(sample_input_state_bytes).substr(0, size)));
  }
}

TEST_CASE("what windows need may lie behind the position, but not behind the claim") {
  PositionState state = sample_state();
  state.window = "w";
  for (const std::int64_t needed : {0, 200, 201, 300}) {
    state.sources[0].needed = {needed};
    CHECK(decoded(encode_state(state)) == state);
  }
  state.sources[0].needed = {301};
  CHECK(!decoded(encode_state(state)));
}

TEST_CASE("a source is found by topic and partition") {
  PositionState state = sample_state();
  state.sources.push_back({"orders", id_from(0), 3, {20}, {20}, {7}, 0});
  CHECK(find_source(state, "orders", 3) == 1);
  CHECK(find_source(state, "orders", 2) == 0);
  CHECK(!find_source(state, "orders", 1));
  CHECK(!find_source(state, "order", 2));
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
