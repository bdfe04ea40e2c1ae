#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/result.h"
#include "io/directory.h"

namespace estream::topic {

// Identifies a file by device and inode, so that its names do not matter.
using FileId = std::pair<std::uint64_t, std::uint64_t>;

// How many names the files have in each topic of the root, except in the topic `except`. Hidden
// topics count, too. Directories that cannot be listed are left out.
Result<std::map<std::string, std::int64_t>> count_segment_names(const io::Directory& root,
                                                                const std::string& except,
                                                                const std::set<FileId>& files);

}  // namespace estream::topic
