#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/sip_hash.h"
#include "io/system.h"
#include "tool/lookup/key_index.h"
#include "tool/lookup/version.h"
#include "tool/replay/spill_file.h"

namespace estream::tool {

// Versions in the order of comes_before(), in memory.
class MemoryRun {
 public:
  // They are sorted here.
  explicit MemoryRun(std::vector<Version> versions);
  // Both together.
  MemoryRun(const MemoryRun& a, const MemoryRun& b);

  // The last version of the key up to that time.
  std::optional<Version> find(const Hash128& key, std::int64_t time_ms) const;

  std::span<const Version> versions() const { return versions_; }
  std::size_t size_bytes() const {
    return versions_.capacity() * sizeof(Version) + index_.size_bytes();
  }

 private:
  void make_index();

  std::vector<Version> versions_;
  KeyIndex index_;
};

// The same in a temporary file, of which only an index is in memory.
class FileRun {
 public:
  // Writes what the runs have together. They are not needed afterwards.
  static Result<FileRun> merge(io::System& system, const std::string& directory,
                               std::span<const MemoryRun> memory, std::span<const FileRun> files);

  // Several threads may call this at once.
  Result<std::optional<Version>> find(const Hash128& key, std::int64_t time_ms) const;

  std::size_t size() const { return size_; }
  // Fills `out` with the versions from number `first` on.
  Result<void> read(std::size_t first, std::span<Version> out) const;

 private:
  FileRun(io::System& system, const std::string& directory, std::size_t size);

  SpillFile file_;
  std::size_t size_ = 0;
  KeyIndex index_;
};

}  // namespace estream::tool
