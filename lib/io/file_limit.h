#pragma once

#include <cstdint>
#include <optional>

namespace estream::io {

// Lets this process have as many files open as the system grants it: the soft limit becomes the
// hard one. To be called once, before there are threads.
void raise_file_limit();

// The soft limit as it was before that, for processes that this one starts: programs that use
// select(2) fail with descriptors above 1023. Nothing when it was not raised.
std::optional<std::uint64_t> file_limit_before();

}  // namespace estream::io
