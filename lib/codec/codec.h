#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "codec/byte_buffer.h"
#include "codec/gzip.h"
#include "codec/lz4.h"
#include "codec/zstd.h"

namespace estream {

// The compression of a batch's records; the values are the low three bits of its attributes.
enum class Codec : std::uint8_t { none = 0, gzip = 1, snappy = 2, lz4 = 3, zstd = 4 };
inline constexpr int codec_count = 5;

std::string_view codec_name(Codec codec);
std::optional<Codec> codec_from_name(std::string_view name);

// Compresses one batch after another with the same working memory. Not for two threads at once.
class Compressor {
 public:
  // Writes the compressed form of `input` into `out` from byte `at` on, keeps the bytes before it,
  // and returns the number of bytes written. `level` is the level of zstd, from zstd_level_min to
  // zstd_level_max; codec none ignores it. Error::Code::usage for another codec, because those are
  // only read, and for a level outside the range.
  Result<std::size_t> compress(Codec codec, int level, Bytes input, ByteBuffer& out,
                               std::size_t at);

 private:
  ZstdEncoder zstd_;
};

// Decompresses one batch after another with the same working memory. Not for two threads at once.
class Decompressor {
 public:
  // The whole content of `input`, valid until the next call; for Codec::none this is `input`
  // itself. The result, and the memory for it, never has more than `limit` bytes, whatever the
  // input is. Error::Code::corrupt for damage and for a result over the limit; the message begins
  // with the codec's name.
  Result<Bytes> decompress(Codec codec, Bytes input, std::size_t limit);

  // Releases the memory of the last result, which is then invalid.
  void release() { buffer_.release(); }

 private:
  GzipDecoder gzip_;
  Lz4Decoder lz4_;
  ZstdDecoder zstd_;
  ByteBuffer buffer_;
};

}  // namespace estream
