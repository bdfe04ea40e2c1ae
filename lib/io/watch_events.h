#pragma once

#include <vector>

#include "base/types.h"

namespace estream::io {

// What System::watch_add() returned for the watches to which something happened, of what was read
// from the descriptor of System::watch_open(). -1 when some events were lost.
std::vector<int> watches_of(Bytes events);

}  // namespace estream::io
