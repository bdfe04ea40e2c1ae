#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/directory.h"
#include "tool/window/window_section.h"

namespace estream::tool {

// The checkpoints of a position file, which lie beside it: orders-0.state1 and orders-0.state2. One
// of them is the one that the file names; the other one may be written meanwhile.

// The state of a task at these positions becomes the next checkpoint after `last`, and is synced. A
// commit has to name it before another one is written.
Result<CheckpointRef> write_checkpoint(const io::Directory& group, const std::string& position_file,
                                       const std::optional<CheckpointRef>& last,
                                       std::vector<Offset> positions, std::string_view state);

// The state. Nothing when the file is missing, or is not the one that is meant; `why` says so.
Result<std::optional<std::string>> read_checkpoint(const io::Directory& group,
                                                   const std::string& position_file,
                                                   const CheckpointRef& checkpoint,
                                                   std::string& why);

}  // namespace estream::tool
