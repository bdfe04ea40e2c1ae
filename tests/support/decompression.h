#pragma once

#include <doctest/doctest.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/codec.h"

// What the tests of every codec ask.

namespace estream {

// The decompressed text, or the message of the error.
inline std::string decompressed(Codec codec, std::string_view compressed,
                                std::size_t limit = 1 << 20) {
  // A copy of exactly these bytes, so that the sanitizer notices a read beyond their end.
  const std::vector<char> exact(compressed.begin(), compressed.end());
  Decompressor decompressor;
  const auto plain = decompressor.decompress(codec, std::as_bytes(std::span(exact)), limit);
  if (plain) return std::string(as_text(*plain));
  CHECK(plain.error().code == Error::Code::corrupt);
  CHECK(plain.error().message.starts_with(codec_name(codec)));
  return "error: " + plain.error().message;
}

// Text of some structure, so that compressed forms have literals and matches.
inline std::string sample_text(std::size_t size_bytes) {
  std::string text;
  for (std::uint32_t i = 0; text.size() < size_bytes; i++) {
    text += "event " + std::to_string(i * 2654435761U) + "; ";
  }
  text.resize(size_bytes);
  return text;
}

// A compressed form of `plain` is taken at exactly its size and refused at any limit below.
inline void check_limit(Codec codec, std::string_view compressed, std::string_view plain) {
  CHECK(decompressed(codec, compressed, plain.size()) == plain);
  for (const std::size_t limit : {std::size_t{0}, plain.size() / 2, plain.size() - 1}) {
    CHECK(decompressed(codec, compressed, limit) == "error: " + std::string(codec_name(codec)) +
                                                        ": more than " + std::to_string(limit) +
                                                        " bytes when decompressed");
  }
}

// No beginning of `compressed` but the whole of it decompresses to `plain`, or crashes.
inline void check_truncations(Codec codec, std::string_view compressed, std::string_view plain) {
  for (std::size_t size = 0; size < compressed.size(); size++) {
    CAPTURE(size);
    REQUIRE(decompressed(codec, compressed.substr(0, size)) != plain);
  }
}

}  // namespace estream
