#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "base/types.h"
#include "io/file.h"

namespace estream::log {

// A batch of one of the message formats that Kafka had before 0.11, magic 0 and 1: one message,
// which may hold others, compressed. estream does not read them, but knows where they end.
struct OldBatch {
  Offset last_offset;
  std::uint64_t size_bytes = 0;
  int magic = 0;
};

// The one that is whole at `position` and has the right checksum (CRC-32, of zlib); nothing when
// the bytes are anything else.
Result<std::optional<OldBatch>> find_old_batch(const io::File& log, std::uint64_t position,
                                               std::uint64_t limit);

}  // namespace estream::log
