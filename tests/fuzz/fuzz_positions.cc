// A slot and a state of a position file: what is taken is what was written.
#include <string>

#include "base/crc32c.h"
#include "base/endian.h"
#include "fuzz/fuzz.h"
#include "group/position_slot.h"
#include "group/position_state.h"

using namespace estream;
using namespace estream::fuzz;
using group::SlotSight;

namespace {

Mark slot_read("positions", "a slot is read");
Mark slot_damaged("positions", "a slot is damaged");
Mark state_read("positions", "a state is read");
Mark state_with_input("positions", "a state of a producer is read");
Mark state_with_sink("positions", "a state with a sink is read");

void check_state(std::string_view bytes) {
  const auto state = group::decode_state(std::as_bytes(std::span(bytes)));
  if (!state) return;
  state_read.reach();
  if (!state->sinks.empty()) state_with_sink.reach();
  if (state->input) state_with_input.reach();
  PROPERTY(group::encode_state(*state) == bytes);
  for (const group::SourcePosition& source : state->sources) {
    PROPERTY(source.needed <= source.position && source.position <= source.claimed);
  }
}

// `is_repaired`: seal and checksum are made right.
void check_slot(std::string slot, bool is_repaired) {
  slot.resize(group::position_slot_bytes);
  const MutableBytes content = std::as_writable_bytes(std::span(slot));
  if (is_repaired) {
    store_be(content, 120, crc32c(content.subspan(8, 8)));
    store_be(content, 124, crc32c(content.first(124)));
  }
  const SlotSight sight = group::decode_slot(content);
  if (sight.kind == SlotSight::Kind::damaged) slot_damaged.reach();
  if (sight.kind != SlotSight::Kind::valid) return;
  slot_read.reach();
  const group::PositionSlotBytes again = group::encode_slot(sight.slot);
  PROPERTY(group::decode_slot(again).slot == sight.slot);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if ((data[0] & 1) != 0) {
    check_state(rest);
  } else {
    check_slot(std::string(rest), (data[0] & 2) != 0);
  }
  return 0;
}
