#include "tool/window/window_section.h"

#include <algorithm>

#include "base/byte_taker.h"

namespace estream::tool {

namespace {

constexpr std::uint8_t checkpoints = 2;

window::IdleMark take_mark(ByteTaker& taker) {
  window::IdleMark mark;
  mark.source = taker.take<std::uint16_t>();
  mark.offset = {taker.take<std::int64_t>()};
  mark.time = {taker.take<std::int64_t>()};
  return mark;
}

std::optional<CheckpointRef> take_checkpoint(ByteTaker& taker, std::size_t sources) {
  CheckpointRef checkpoint;
  checkpoint.number = taker.take<std::uint8_t>();
  if (checkpoint.number == 0) return std::nullopt;
  checkpoint.bytes = taker.take<std::uint64_t>();
  checkpoint.crc = taker.take<std::uint32_t>();
  taker.take_each(checkpoint.positions, sources,
                  [&] { return Offset{taker.take<std::int64_t>()}; });
  return checkpoint;
}

bool is_before(const window::IdleMark& a, const window::IdleMark& b) {
  return std::pair(a.source, a.offset) < std::pair(b.source, b.offset);
}

bool makes_sense(const WindowSection& section) {
  const auto is_good_mark = [&](const window::IdleMark& mark) {
    return mark.source < section.clocks.size() && mark.offset >= Offset{0} && mark.time.ms >= 0;
  };
  const auto is_good_clock = [](Timestamp clock) { return clock.ms >= -1; };
  const auto is_out_of_order = [](const auto& a, const auto& b) { return !is_before(a, b); };
  const auto& marks = section.marks;
  if (!std::ranges::all_of(section.clocks, is_good_clock)) return false;
  if (!std::ranges::all_of(marks, is_good_mark)) return false;
  if (std::ranges::adjacent_find(marks, is_out_of_order) != marks.end()) return false;
  if (!section.checkpoint) return true;
  return section.checkpoint->number <= checkpoints &&
         std::ranges::all_of(section.checkpoint->positions,
                             [](Offset position) { return position >= Offset{0}; });
}

}  // namespace

std::string encode_section(const WindowSection& section) {
  std::string out;
  put_be(out, section.hash);
  for (const Timestamp clock : section.clocks) put_be(out, clock.ms);
  put_be(out, static_cast<std::uint32_t>(section.marks.size()));
  for (const window::IdleMark& mark : section.marks) {
    put_be(out, static_cast<std::uint16_t>(mark.source));
    put_be(out, mark.offset.value);
    put_be(out, mark.time.ms);
  }
  put_be(out, section.checkpoint ? section.checkpoint->number : std::uint8_t{0});
  if (!section.checkpoint) return out;
  put_be(out, section.checkpoint->bytes);
  put_be(out, section.checkpoint->crc);
  for (const Offset position : section.checkpoint->positions) put_be(out, position.value);
  return out;
}

std::optional<WindowSection> decode_section(std::string_view bytes, std::size_t sources) {
  ByteTaker taker(as_bytes(bytes));
  WindowSection section;
  section.hash = taker.take<std::uint64_t>();
  taker.take_each(section.clocks, sources, [&] { return Timestamp{taker.take<std::int64_t>()}; });
  taker.take_each(section.marks, taker.take<std::uint32_t>(), [&] { return take_mark(taker); });
  section.checkpoint = take_checkpoint(taker, sources);
  if (!taker.is_at_end() || !makes_sense(section)) return std::nullopt;
  return section;
}

}  // namespace estream::tool
