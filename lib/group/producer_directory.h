#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/directory.h"

namespace estream::group {

// The positions of the producers that know how far they are in their input, in the directory of
// the topic that they write to:
//
//   ROOT/orders/.producers/
//     pg1         the position file of the producer pg1
//     pg1.lock    locked by the process that runs under the name
//
// They belong to the log that is there: a branch has none.

// A producer is called as a topic is. Its name must not look like one of the other files.
Result<void> check_producer_name(std::string_view name);

// Nothing when the topic has no such producers.
Result<std::optional<io::Directory>> find_producers(const io::Directory& topic);
// Makes the directory if it does not exist.
Result<io::Directory> make_producers(const io::Directory& topic);
// The names of the producers, sorted.
Result<std::vector<std::string>> list_producers(const io::Directory& producers);

}  // namespace estream::group
