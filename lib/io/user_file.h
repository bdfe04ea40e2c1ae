#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "io/file.h"
#include "io/system.h"

namespace estream::io {

inline constexpr int standard_input = 0;
inline constexpr int standard_output = 1;
inline constexpr int standard_error = 2;

// Files that the user names on the command line, opened by the path as it was typed; FIFOs and
// devices are welcome.
Result<File> open_for_reading(System& system, const std::string& path);
Result<File> open_for_appending(System& system, const std::string& path);

// Of what the path leads to now, without opening it: a FIFO does not notice. Nothing when nothing
// is there.
Result<std::optional<FileStatus>> path_status(System& system, const std::string& path);
// Whether both are the same regular file: then what is written to one is read from the other.
bool is_same_file(const FileStatus& a, const FileStatus& b);

// What one read brought: more than 0 bytes, 0 at the end of the input, nothing when none came
// within the time or because a signal asked for the end.
//
// `timeout_ms` -1 waits until there is something.
Result<std::optional<std::size_t>> read_some(System& system, int fd, const std::string& name,
                                             MutableBytes out, int timeout_ms);

}  // namespace estream::io
