#pragma once

#include <set>
#include <string>
#include <vector>

#include "io/directory.h"
#include "log/partition_reader.h"
#include "log/verify/findings.h"

namespace estream::log {

// The names in a partition's directory, sorted by what they stand for.
struct PartitionNames {
  std::vector<Offset> segments;  // Ascending.
  // Segments whose new indexes are still to take the place of the old ones: compaction was
  // interrupted, or is at work.
  std::set<Offset> with_new_indexes;
  std::vector<std::string> broker_files;  // Which only a broker writes, and only a broker reads.
  bool has_lock = false;
  bool has_epochs = false;
};

// Notes what does not belong there or is left over. Error as for listing the directory.
Result<PartitionNames> prove_names(const io::Directory& directory, Layout layout,
                                   Findings& findings);

}  // namespace estream::log
