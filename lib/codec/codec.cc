#include "codec/codec.h"

#include <array>
#include <cstring>
#include <string>

#include "codec/decode_error.h"
#include "codec/snappy.h"

namespace estream {

namespace {

constexpr std::array<std::string_view, codec_count> names = {"none", "gzip", "snappy", "lz4",
                                                             "zstd"};

}  // namespace

std::string_view codec_name(Codec codec) { return names.at(static_cast<std::size_t>(codec)); }

std::optional<Codec> codec_from_name(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); i++) {
    if (names[i] == name) return static_cast<Codec>(i);
  }
  return std::nullopt;
}

Result<std::size_t> Compressor::compress(Codec codec, int level, Bytes input, ByteBuffer& out,
                                         std::size_t at) {
  if (codec == Codec::zstd) return zstd_.compress(level, input, out, at);
  if (codec != Codec::none) {
    return Error{Error::Code::usage, std::string(codec_name(codec)) +
                                         ": estream reads this codec but writes only zstd or none"};
  }
  out.reserve(at + input.size(), at);
  if (!input.empty()) std::memcpy(out.data() + at, input.data(), input.size());
  return input.size();
}

Result<Bytes> Decompressor::decompress(Codec codec, Bytes input, std::size_t limit) {
  std::size_t size_bytes = 0;
  switch (codec) {
    case Codec::none:
      if (input.size() > limit) return over_limit("none", limit);
      return input;
    case Codec::gzip:
      size_bytes = TRY(gzip_.decompress(input, limit, buffer_));
      break;
    case Codec::snappy:
      size_bytes = TRY(snappy_decompress(input, limit, buffer_));
      break;
    case Codec::lz4:
      size_bytes = TRY(lz4_.decompress(input, limit, buffer_));
      break;
    case Codec::zstd:
      size_bytes = TRY(zstd_.decompress(input, limit, buffer_));
      break;
  }
  return Bytes(buffer_.first(size_bytes));
}

}  // namespace estream
