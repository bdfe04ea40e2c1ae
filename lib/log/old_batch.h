#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "base/types.h"
#include "io/file.h"

namespace estream::log {

// A batch of a message format that Kafka had before 0.11 (magic 0 and 1). It is one message, which
// may hold other messages, compressed. estream does not read them, but knows where they end.
struct OldBatch {
  Offset last_offset;
  std::uint64_t size_bytes = 0;
  int magic = 0;
};

// The old batch at `position`, if it is whole and has a correct checksum (CRC-32, as in zlib).
// Nothing when the bytes are anything else.
Result<std::optional<OldBatch>> find_old_batch(const io::File& log, std::uint64_t position,
                                               std::uint64_t limit);

}  // namespace estream::log
