#pragma once

#include <cstddef>
#include <memory>

#include "base/result.h"
#include "base/types.h"
#include "codec/byte_buffer.h"

struct LZ4F_dctx_s;

namespace estream {

// Reads one frame of the LZ4 frame format: the form that Kafka writes, and every other form that
// liblz4 knows (linked blocks, checksums, content size). Bytes after the frame's end mark are
// ignored, because Kafka's reader ignores them, too.
class Lz4Decoder {
 public:
  // Fills the beginning of `out` and returns the number of bytes. See Decompressor for limit and
  // errors.
  Result<std::size_t> decompress(Bytes input, std::size_t limit, ByteBuffer& out);

 private:
  struct Free {
    void operator()(LZ4F_dctx_s* context) const;
  };
  std::unique_ptr<LZ4F_dctx_s, Free> context_;
};

}  // namespace estream
