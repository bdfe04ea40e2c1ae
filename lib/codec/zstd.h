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
inline constexpr int zstd_level_max = 19;  // A higher level costs a reader up to 128 MiB of window.

// Writes one frame with its content size. It has no checksum, because the batch has one.
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

// Reads any sequence of frames, with skippable ones. Kafka writes one frame without a content size,
// because it compresses a stream. librdkafka and estream write the size, which makes reading
// faster. A window over zstd's default limit of 128 MiB is refused, as in Kafka.
class ZstdDecoder {
 public:
  // Fills the beginning of `out` and returns the number of bytes. See Decompressor for limit and
  // errors.
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
