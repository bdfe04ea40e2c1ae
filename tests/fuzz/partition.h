#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/reference_records.h"
#include "io/directory.h"
#include "log/partition_reader.h"
#include "log/partition_writer.h"
#include "support/memory_system.h"

namespace estream::fuzz {

// The directory "p" on a machine in memory, for targets that want a partition or a file.
class MemoryPartition {
 public:
  MemoryPartition();

  io::MemorySystem system;

  io::Directory directory();
  void put(const std::string& name, std::string_view content);
  // The content of a file, or nothing.
  std::optional<std::string> get(const std::string& name);
  // All files, the lock and the indexes left out.
  std::map<std::string, std::string> records_tree();
};

struct ReadOutcome {
  std::vector<BatchHeader> batches;
  std::vector<OwnedRecord> records;
  std::optional<Error> error;  // What came after them.
};

// All that a reader gives, from its beginning.
ReadOutcome read_all(const io::Directory& directory, log::Layout layout,
                     log::Extent extent = log::Extent::published);

}  // namespace estream::fuzz
