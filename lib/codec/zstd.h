#pragma once

#include <cstddef>
#include <memory>

#include "base/result.h"
#include "base/types.h"
#include "codec/byte_buffer.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace estream {

inline constexpr int zstd_level_min = 1;
inline constexpr int zstd_level_max = 19;  // Beyond it, readers pay with up to 128 MiB of window.

// Writes one frame with its content size and without a checksum, which the batch has already.
class ZstdEncoder {
 public:
  // See Compressor::compress.
  Result<std::size_t> compress(int level, Bytes input, ByteBuffer& out, std::size_t at);

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
};

// Reads any sequence of frames, skippable ones included. Kafka itself writes one frame and no
// content size, because it compresses a stream; librdkafka and we write the size, which allows one
// short cut. A window over zstd's default limit of 128 MiB is refused, as Kafka does.
class ZstdDecoder {
 public:
  // Fills the front of `out` and answers how much of it. See Decompressor for limit and errors.
  Result<std::size_t> decompress(Bytes input, std::size_t limit, ByteBuffer& out);

 private:
  Result<std::size_t> decompress_frame(Bytes input, std::size_t content_bytes, ByteBuffer& out);
  Result<std::size_t> decompress_stream(Bytes input, std::size_t limit, ByteBuffer& out);

  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
};

}  // namespace estream
