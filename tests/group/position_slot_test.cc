#include "group/position_slot.h"

#include <doctest/doctest.h>

#include "group/samples.h"

namespace estream::group {

static SlotSight sight_of(const std::string& bytes) {
  return decode_slot(std::as_bytes(std::span(bytes)));
}

TEST_CASE("a slot has the bytes of the format") {
  const PositionSlotBytes bytes = encode_slot(sample_slot());
  CHECK(std::string(as_text(bytes)) == sample_slot_bytes);
  const SlotSight sight = sight_of(sample_slot_bytes);
  CHECK(sight.kind == SlotSight::Kind::valid);
  CHECK(sight.slot == sample_slot());
}

TEST_CASE("one flipped bit is damage, or a slot that is not finished, and never a valid slot") {
  for (std::size_t bit = 0; bit < sample_slot_bytes.size() * 8; bit++) {
    CAPTURE(bit);
    std::string bytes = sample_slot_bytes;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    const bool hides_seal = (bit / 8 >= 8 && bit / 8 < 16) || (bit / 8 >= 120 && bit / 8 < 124);
    CHECK(sight_of(bytes).kind ==
          (hides_seal ? SlotSight::Kind::unfinished : SlotSight::Kind::damaged));
  }
}

TEST_CASE("a slot that is torn at any byte is the old one, the new one, or not finished") {
  PositionSlot next = sample_slot();
  next.sequence += 2;
  next.state.at = 0x3000;
  const std::string newer(as_text(encode_slot(next)));
  for (std::size_t cut = 0; cut <= newer.size(); cut++) {
    CAPTURE(cut);
    const SlotSight sight = sight_of(newer.substr(0, cut) + sample_slot_bytes.substr(cut));
    const bool is_old = cut <= 15;  // So far only bytes that are the same in both.
    const bool is_new = cut == newer.size();
    if (is_old && newer.substr(0, cut) == sample_slot_bytes.substr(0, cut)) {
      CHECK(sight.slot == sample_slot());
    } else if (is_new) {
      CHECK(sight.slot == next);
    } else {
      CHECK(sight.kind != SlotSight::Kind::valid);
    }
  }
  CHECK(sight_of(newer.substr(0, 127)).kind == SlotSight::Kind::unfinished);
  CHECK(sight_of("").kind == SlotSight::Kind::unfinished);
}

}  // namespace estream::group
