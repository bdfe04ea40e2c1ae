#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sip_hash.h"
#include "base/types.h"
#include "io/system.h"
#include "tool/lookup/value_store.h"
#include "tool/lookup/version_run.h"
#include "tool/replay/spill_file.h"

namespace estream::tool {

// All values that the keys of a table have ever had, and from when on. A version takes 40 bytes and
// its value. What is beyond the memory limit goes to temporary files, in which it is found with a
// few reads.
//
// Two keys count as one when a keyed 128-bit hash of them is the same; see Hash128.
class LookupTable {
 public:
  LookupTable(io::System& system, const SpillOptions& options);

  // The key has this value, a JSON text, from that time on. In each partition, in the order of
  // offsets.
  Result<void> add(std::string_view key, Timestamp time, std::int32_t partition,
                   std::string_view value);
  // To be called after add(), before find().
  void settle();

  // Appends the value that the key has at that time to `out`; false when it has none. If versions
  // have the same time, the one of the later partition counts, and in a partition that of the later
  // offset. Several threads may call this at once.
  Result<bool> find(std::string_view key, Timestamp time, std::string& out) const;

  bool has_spilled() const { return !files_.empty(); }

 private:
  Result<void> spill();
  std::size_t kept_bytes() const;

  io::System* system_;
  SpillOptions options_;
  HashSecret secret_;
  std::vector<Version> added_;
  // The later ones are smaller by half or more, so that there are few of them.
  std::vector<MemoryRun> runs_;
  std::vector<FileRun> files_;
  ValueStore values_;
};

}  // namespace estream::tool
