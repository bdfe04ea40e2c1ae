#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/types.h"
#include "io/file.h"
#include "io/system.h"

namespace estream::tool {

// How much a sort may keep in memory, and where the rest goes.
struct SpillOptions {
  std::string directory;         // TMPDIR.
  std::size_t memory_bytes = 0;  // For what is kept; a page or so comes on top.
};

// An unlinked temporary file that is only made when something is written to it. All errors name
// TMPDIR.
class SpillFile {
 public:
  SpillFile(io::System& system, std::string directory)
      : system_(&system), directory_(std::move(directory)) {}

  // Answers the position of the first byte.
  Result<std::uint64_t> append(Bytes bytes);
  // Fills `out`. Requires that so much was written at `position`.
  Result<void> read(std::uint64_t position, MutableBytes out) const;

  std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  io::System* system_;
  std::string directory_;
  io::File file_;
  std::uint64_t size_bytes_ = 0;
};

// How many bytes each of `runs` runs is read ahead when they are merged: together a quarter of the
// memory, within limits beyond which it hardly matters.
std::size_t read_ahead_bytes(const SpillOptions& options, std::size_t runs);

}  // namespace estream::tool
