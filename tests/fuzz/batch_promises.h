#pragma once

#include <string_view>

namespace estream::fuzz {

// What must hold of the bytes of any segment when they are read batch by batch.
void check_segment(std::string_view segment);

}  // namespace estream::fuzz
