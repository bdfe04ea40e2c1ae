#include "window/order_bytes.h"

#include <utility>

#include "window/state_bytes.h"

namespace estream::window {

void save_order(std::string& out, const EventOrder& order) {
  save_number(out, order.time.ms);
  save_number(out, order.source);
  save_number(out, order.offset.value);
}

EventOrder load_order(VarintCursor& in) {
  EventOrder order;
  order.time.ms = in.varlong();
  const std::int64_t source = in.varlong();
  order.offset.value = in.varlong();
  if (!std::in_range<std::uint32_t>(source)) in.fail();
  order.source = static_cast<std::uint32_t>(source);
  return order;
}

}  // namespace estream::window
