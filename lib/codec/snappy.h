#pragma once

#include <cstddef>

#include "base/result.h"
#include "base/types.h"
#include "codec/byte_buffer.h"

namespace estream {

// Reads snappy in the framing of Kafka's Java producer. It is the framing of the library
// snappy-java, not that of snappy's own documentation:
//
//   at  size  field
//    0     8  82 53 4E 41 50 50 59 00
//    8     4  version, 1                     not checked
//   12     4  oldest compatible version, 1   not checked
//   16        blocks up to the end: a big-endian length, then that many bytes of raw snappy
//
// In place of a block's length, the 16 bytes may come again, because streams can be joined. An
// input that does not begin with the first eight bytes is one raw block, as some other clients
// write it.
//
// Fills the beginning of `out` and returns the number of bytes. See Decompressor for limit and
// errors.
Result<std::size_t> snappy_decompress(Bytes input, std::size_t limit, ByteBuffer& out);

}  // namespace estream
