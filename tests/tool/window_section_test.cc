#include "tool/window/window_section.h"

#include <doctest/doctest.h>

#include "group/samples.h"

namespace estream::tool {

namespace {

WindowSection sample_section() {
  WindowSection section;
  section.hash = 0x0123456789abcdef;
  section.clocks = {{1000}, {-1}};
  section.marks = {{0, {200}, {5000}}, {0, {203}, {4000}}, {1, {7}, {6000}}};
  section.checkpoint = CheckpointRef{2, 300, 0xc0ffee01, {{190}, {7}}};
  return section;
}

const std::string sample_bytes = group::from_hex(
    "01234567 89abcdef 00000000 000003e8 ffffffff ffffffff 00000003 0000 00000000 000000c8 00000000"
    "00001388 0000 00000000 000000cb 00000000 00000fa0 0001 00000000 00000007 00000000 00001770 02"
    "00000000 0000012c c0ffee01 00000000 000000be 00000000 00000007");

}  // namespace

TEST_CASE("a window section has these bytes") {
  CHECK(encode_section(sample_section()) == sample_bytes);
  CHECK(decode_section(sample_bytes, 2) == sample_section());
  WindowSection bare;
  bare.hash = 1;
  bare.clocks = {{-1}};
  const std::string bytes = group::from_hex("00000000 00000001 ffffffff ffffffff 00000000 00");
  CHECK(encode_section(bare) == bytes);
  CHECK(decode_section(bytes, 1) == bare);
}

TEST_CASE("a window section that is cut, or of other sources, is none") {
  for (std::size_t size = 0; size < sample_bytes.size(); size++) {
    CAPTURE(size);
    CHECK(!decode_section(std::string_view(sample_bytes).substr(0, size), 2));
  }
  CHECK(!decode_section(sample_bytes + '\0', 2));
  for (const std::size_t sources : {0U, 1U, 3U, 1000U})
    CHECK(!decode_section(sample_bytes, sources));
}

TEST_CASE("whatever bits are wrong, a window section is none or another one") {
  for (std::size_t bit = 0; bit < sample_bytes.size() * 8; bit++) {
    CAPTURE(bit);
    std::string flipped = sample_bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto section = decode_section(flipped, 2);
    if (!section) continue;
    CHECK(*section != sample_section());
    CHECK(encode_section(*section) == flipped);
  }
}

TEST_CASE("a window section that makes no sense is none") {
  const auto is_refused = [](const auto& change) {
    WindowSection section = sample_section();
    change(section);
    return !decode_section(encode_section(section), 2);
  };
  CHECK(is_refused([](WindowSection& section) { section.clocks[0] = {-2}; }));
  CHECK(is_refused([](WindowSection& section) { section.marks[2].source = 2; }));
  CHECK(is_refused([](WindowSection& section) { section.marks[0].offset = {-1}; }));
  CHECK(is_refused([](WindowSection& section) { section.marks[0].time = {-1}; }));
  CHECK(is_refused([](WindowSection& section) { section.marks[1].offset = {200}; }));
  CHECK(is_refused([](WindowSection& section) { section.marks[1].offset = {199}; }));
  CHECK(is_refused([](WindowSection& section) { section.checkpoint->number = 3; }));
  CHECK(is_refused([](WindowSection& section) { section.checkpoint->positions[1] = {-1}; }));
}

}  // namespace estream::tool
