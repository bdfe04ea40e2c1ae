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

// Opens a file that the user names on the command line, by the path as it was typed. FIFOs and
// devices are allowed.
Result<File> open_for_reading(System& system, const std::string& path);
Result<File> open_for_appending(System& system, const std::string& path);

// The status of the file at the path, without opening it, so that the writer of a FIFO does not
// notice. Nothing when there is no such file.
Result<std::optional<FileStatus>> path_status(System& system, const std::string& path);
// Whether both are the same regular file. Then a reader of one gets what is written to the other.
bool is_same_file(const FileStatus& a, const FileStatus& b);

// Reads once. Returns the number of bytes, 0 at the end of the input, and nothing when no byte came
// in time or a signal asked for the end.
//
// With a `timeout_ms` of -1 it waits until there is input.
Result<std::optional<std::size_t>> read_some(System& system, int fd, const std::string& name,
                                             MutableBytes out, int timeout_ms);

}  // namespace estream::io
