#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "io/system.h"
#include "tool/produce/produce_options.h"
#include "tool/records/chunk.h"
#include "write/partition_writers.h"

namespace estream::tool {

// Holds a chunk back while a consumer group is too far behind in a partition that the chunk goes to
// (--max-lag). It looks before the append, so that the lag can be beyond the limit by one chunk.
class LagGate {
 public:
  LagGate(io::System& system, write::PartitionWriters& writers, const ProduceOptions& options)
      : system_(system), writers_(writers), options_(options) {}

  // Returns true when the chunk may be appended. Waits for it if the options say so; false when the
  // end of the run was asked for meanwhile. Error::Code::busy when there is no room and no wait, or
  // no room in time.
  Result<bool> pass(const Chunk& chunk);

 private:
  // A partition in which a group is too far behind.
  struct Full {
    std::int32_t partition = 0;
    const LagLimit* limit = nullptr;
    std::int64_t lag = 0;
    bool has_position = false;
  };

  Result<std::optional<Full>> find_full(const Chunk& chunk);
  Result<std::optional<Full>> look_at(std::int32_t partition, const LagLimit& limit);
  std::string describe(const Full& full) const;

  io::System& system_;
  write::PartitionWriters& writers_;
  const ProduceOptions& options_;
  bool has_said_wait_ = false;
};

}  // namespace estream::tool
