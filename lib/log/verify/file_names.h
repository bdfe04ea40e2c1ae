#pragma once

#include <set>
#include <string>
#include <vector>

#include "io/directory.h"
#include "log/partition_reader.h"
#include "log/verify/findings.h"

namespace estream::log {

// The names in a partition's directory, by their kind.
struct PartitionNames {
  std::vector<Offset> segments;  // Ascending.
  // Segments whose new indexes have not replaced the old ones yet: compaction was interrupted, or
  // is at work.
  std::set<Offset> with_new_indexes;
  std::vector<std::string> broker_files;  // Files that only a broker writes and reads.
  bool has_lock = false;
  bool has_epochs = false;
};

// Notes names that do not belong there, and leftovers. Fails only when the directory cannot be
// listed.
Result<PartitionNames> prove_names(const io::Directory& directory, Layout layout,
                                   Findings& findings);

}  // namespace estream::log
