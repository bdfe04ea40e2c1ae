#pragma once

#include <string>

#include "tool/records/chunk_builder.h"

namespace estream::tool {

// What whoever sees the first bad line has probably overlooked, to be set behind the reason; empty
// when nothing is known.
std::string line_hint(const BadLine& bad, InputFormat format);

}  // namespace estream::tool
