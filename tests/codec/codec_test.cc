#include "codec/codec.h"

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "support/compressed.h"

using namespace estream;

TEST_CASE("codecs are named as in Kafka's configuration") {
  CHECK(codec_name(Codec::none) == "none");
  CHECK(codec_name(Codec::gzip) == "gzip");
  CHECK(codec_name(Codec::snappy) == "snappy");
  CHECK(codec_name(Codec::lz4) == "lz4");
  CHECK(codec_name(Codec::zstd) == "zstd");
  for (int i = 0; i < codec_count; i++) {
    const auto codec = static_cast<Codec>(i);
    CHECK(codec_from_name(codec_name(codec)) == codec);
  }
}

TEST_CASE("an unknown name is no codec") {
  CHECK(codec_from_name("brotli") == std::nullopt);
  CHECK(codec_from_name("ZSTD") == std::nullopt);
  CHECK(codec_from_name("") == std::nullopt);
}

TEST_CASE("compress keeps what stands before its output") {
  for (const Codec codec : {Codec::none, Codec::zstd}) {
    Compressor compressor;
    ByteBuffer out;
    out.reserve(3, 0);
    std::memcpy(out.data(), "abc", 3);
    const std::string text(100000, 'x');
    const auto size_bytes = compressor.compress(codec, 1, as_bytes(text), out, 3);
    REQUIRE(size_bytes);
    CHECK(as_text(out.first(3)) == "abc");

    Decompressor decompressor;
    const auto plain =
        decompressor.decompress(codec, out.first(3 + *size_bytes).subspan(3), 100000);
    REQUIRE(plain);
    CHECK(as_text(*plain) == text);
  }
}

TEST_CASE("codecs that are only read cannot be written") {
  for (const Codec codec : {Codec::gzip, Codec::snappy, Codec::lz4}) {
    Compressor compressor;
    ByteBuffer out;
    const auto answer = compressor.compress(codec, 1, as_bytes("text"), out, 0);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == Error::Code::usage);
    CHECK(answer.error().message.starts_with(codec_name(codec)));
  }
}

TEST_CASE("uncompressed input is its own result") {
  Decompressor decompressor;
  const Bytes input = as_bytes("text");
  const auto plain = decompressor.decompress(Codec::none, input, 4);
  REQUIRE(plain);
  CHECK(plain->data() == input.data());
  CHECK(plain->size() == 4);
}

TEST_CASE("the limit holds for uncompressed input, too") {
  Decompressor decompressor;
  const auto plain = decompressor.decompress(Codec::none, as_bytes("text"), 3);
  REQUIRE_FALSE(plain);
  CHECK(plain.error().code == Error::Code::corrupt);
}

TEST_CASE("one decompressor serves all codecs in turn, also after damage") {
  Decompressor decompressor;
  const std::string text(70000, 'e');
  const std::vector<std::pair<Codec, std::string>> forms = {{Codec::gzip, gzip(text)},
                                                            {Codec::snappy, snappy_java(text)},
                                                            {Codec::lz4, lz4(text)},
                                                            {Codec::zstd, zstd(text)},
                                                            {Codec::zstd, zstd_stream(text)}};
  for (int round = 0; round < 3; round++) {
    for (const auto& form : forms) {
      CAPTURE(codec_name(form.first));
      const Bytes whole = as_bytes(form.second);
      CHECK_FALSE(decompressor.decompress(form.first, whole.first(whole.size() / 2), 1 << 20));
      const auto plain = decompressor.decompress(form.first, whole, 1 << 20);
      REQUIRE(plain);
      CHECK(as_text(*plain) == text);
    }
  }
}

TEST_CASE("a buffer that grows to its limit takes no small last step") {
  constexpr std::size_t limit = (1 << 20) + 1;
  ByteBuffer buffer;
  buffer.grow(1, limit, 0);
  while (buffer.capacity() < limit) {
    const std::size_t before = buffer.capacity();
    buffer.grow(before + 1, limit, before);
    CHECK(buffer.capacity() >= before / 8 * 9);
  }
  CHECK(buffer.capacity() == limit);
}

TEST_CASE("a buffer keeps what it is told to, and gives all back") {
  ByteBuffer buffer;
  buffer.reserve(2, 0);
  buffer.data()[0] = std::byte{1};
  buffer.data()[1] = std::byte{2};
  buffer.reserve(100, 2);
  CHECK(buffer.data()[0] == std::byte{1});
  CHECK(buffer.data()[1] == std::byte{2});
  buffer.release();
  CHECK(buffer.capacity() == 0);
  buffer.reserve(1, 0);
  CHECK(buffer.capacity() == 1);
}
