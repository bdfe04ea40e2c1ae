#pragma once

#include <cstdint>
#include <optional>

namespace estream::io {

// Raises the limit of open files as far as the system allows: the soft limit becomes the hard
// limit. To be called once, before there are threads.
void raise_file_limit();

// The soft limit before that, for processes that this one starts: programs that use select(2) fail
// with descriptors above 1023. Nothing when the limit was not raised.
std::optional<std::uint64_t> file_limit_before();

}  // namespace estream::io
