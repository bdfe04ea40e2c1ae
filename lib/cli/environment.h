#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/types.h"

namespace estream::cli {

// A variable that is set and not empty; and one that is set.
std::optional<std::string> variable(const char* name);
std::optional<std::string> variable_even_empty(const char* name);

// The directory that holds the topics: --dir, else ESTREAM_DIR, else $XDG_DATA_HOME/estream, else
// ~/.local/share/estream. An empty variable counts as unset, and so does an XDG_DATA_HOME that is
// not an absolute path. Nothing is created.
Result<std::string> data_root(const std::optional<std::string>& dir_option);

// What names it: "--dir", "ESTREAM_DIR", or "the default".
std::string data_root_origin(const std::optional<std::string>& dir_option);

// The wall clock, or ESTREAM_NOW (seconds) when that is set, which is for tests. For an app to ask
// once and hand down.
Result<Timestamp> current_time();

// Where temporary files go: TMPDIR, else /tmp.
std::string temporary_directory();

}  // namespace estream::cli
