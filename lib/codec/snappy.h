#pragma once

#include <cstddef>

#include "base/result.h"
#include "base/types.h"
#include "codec/byte_buffer.h"

namespace estream {

// Reads snappy as Kafka's Java producer frames it, which is not the framing of snappy's own
// documentation but that of the library snappy-java:
//
//   at  size  field
//    0     8  82 53 4E 41 50 50 59 00
//    8     4  version, 1                     not looked at
//   12     4  oldest compatible version, 1   not looked at
//   16        blocks up to the end: a big-endian length, then that many bytes of raw snappy
//
// Where a block's length should be the 16 bytes may come again: streams can be concatenated. Input
// that does not begin with the first eight bytes is one raw block, as some other clients write it.
//
// Fills the front of `out` and answers how much of it. See Decompressor for limit and errors.
Result<std::size_t> snappy_decompress(Bytes input, std::size_t limit, ByteBuffer& out);

}  // namespace estream
