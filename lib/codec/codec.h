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
  // Writes the compressed form of `input` into `out` from byte `at` on, keeps what is before it,
  // and answers the number of bytes written. `level` is zstd's, zstd_level_min to zstd_level_max;
  // none ignores it. The other codecs are only ever read: asking for one is Error::Code::usage, and
  // so is a level outside the range.
  Result<std::size_t> compress(Codec codec, int level, Bytes input, ByteBuffer& out,
                               std::size_t at);

 private:
  ZstdEncoder zstd_;
};

// Decompresses one batch after another with the same working memory. Not for two threads at once.
class Decompressor {
 public:
  // The whole of what `input` holds, valid until the next call; for Codec::none that is `input`
  // itself. Nothing in the input can make the result or the memory for it larger than `limit`
  // bytes. Damage and a result over the limit are Error::Code::corrupt, and the message begins with
  // the codec's name.
  Result<Bytes> decompress(Codec codec, Bytes input, std::size_t limit);

  // Gives back the memory of the last result, which ends with that.
  void release() { buffer_.release(); }

 private:
  GzipDecoder gzip_;
  Lz4Decoder lz4_;
  ZstdDecoder zstd_;
  ByteBuffer buffer_;
};

}  // namespace estream
