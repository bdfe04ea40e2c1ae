#include "codec/lz4.h"

#include <doctest/doctest.h>

#include "support/compressed.h"
#include "support/decompression.h"

using namespace estream;

TEST_CASE("an lz4 frame as Kafka writes it is read") {
  for (const std::size_t size :
       std::initializer_list<std::size_t>{0, 1, 100, 65536, 65537, 1000000}) {
    CAPTURE(size);
    CHECK(decompressed(Codec::lz4, lz4(sample_text(size))) == sample_text(size));
  }
}

TEST_CASE("lz4 frames of other forms are read") {
  const std::string text = sample_text(300000);
  LZ4F_frameInfo_t info = {};
  info.blockMode = LZ4F_blockLinked;
  info.blockSizeID = LZ4F_max256KB;
  CHECK(decompressed(Codec::lz4, lz4(text, info)) == text);
  info.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  info.blockChecksumFlag = LZ4F_blockChecksumEnabled;
  info.contentSize = text.size();
  CHECK(decompressed(Codec::lz4, lz4(text, info)) == text);
}

TEST_CASE("what follows an lz4 frame is ignored, as Kafka does") {
  CHECK(decompressed(Codec::lz4, lz4("one") + "rest") == "one");
  CHECK(decompressed(Codec::lz4, lz4("one") + lz4("two")) == "one");
}

TEST_CASE("the limit holds for lz4") {
  check_limit(Codec::lz4, lz4(sample_text(300000)), sample_text(300000));
  LZ4F_frameInfo_t with_size = {};
  with_size.contentSize = 300000;
  check_limit(Codec::lz4, lz4(sample_text(300000), with_size), sample_text(300000));
}

TEST_CASE("an lz4 bomb is refused") {
  const std::string bomb = lz4(std::string(50000000, '\0'));
  CHECK(decompressed(Codec::lz4, bomb, 1 << 20) ==
        "error: lz4: more than 1048576 bytes when decompressed");
}

TEST_CASE("lz4 that is cut short is refused") {
  check_truncations(Codec::lz4, lz4(sample_text(500)), sample_text(500));
  CHECK(decompressed(Codec::lz4, "") == "error: lz4: cut short");
  const std::string whole = lz4("text");
  CHECK(decompressed(Codec::lz4, std::string_view(whole).substr(0, whole.size() - 1)) ==
        "error: lz4: cut short");
}

TEST_CASE("bytes that are not lz4 are refused") {
  CHECK(decompressed(Codec::lz4, "plain text that is long enough").starts_with("error: lz4: "));
}

TEST_CASE("a damaged lz4 header or block is refused") {
  std::string damaged = lz4(sample_text(500));
  damaged[4] ^= 0x08;  // The flags, which the header's checksum covers.
  CHECK(decompressed(Codec::lz4, damaged).starts_with("error: lz4: "));
  damaged = lz4(sample_text(500));
  damaged[8] = '\x7f';  // The block's length.
  CHECK(decompressed(Codec::lz4, damaged).starts_with("error: lz4: "));
}
