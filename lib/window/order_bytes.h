#pragma once

#include <string>

#include "base/varint.h"
#include "window/row.h"

namespace estream::window {

// An EventOrder in a saved state. For damage the cursor fails.
void save_order(std::string& out, const EventOrder& order);
EventOrder load_order(VarintCursor& in);

}  // namespace estream::window
