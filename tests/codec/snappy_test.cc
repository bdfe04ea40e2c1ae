#include "codec/snappy.h"

#include <doctest/doctest.h>

#include "support/compressed.h"
#include "support/decompression.h"

using namespace estream;

TEST_CASE("snappy in Java's framing is read") {
  for (const std::size_t size :
       std::initializer_list<std::size_t>{0, 1, 100, 32768, 32769, 1000000}) {
    CAPTURE(size);
    CHECK(decompressed(Codec::snappy, snappy_java(sample_text(size))) == sample_text(size));
  }
}

TEST_CASE("snappy without a frame is one raw block") {
  for (const std::size_t size : std::initializer_list<std::size_t>{0, 1, 100, 1000000}) {
    CAPTURE(size);
    CHECK(decompressed(Codec::snappy, snappy_raw(sample_text(size))) == sample_text(size));
  }
}

TEST_CASE("snappy frames one after another are joined") {
  CHECK(decompressed(Codec::snappy, snappy_java("one, ") + snappy_java("two")) == "one, two");
}

TEST_CASE("the limit holds for snappy") {
  check_limit(Codec::snappy, snappy_java(sample_text(300000)), sample_text(300000));
  check_limit(Codec::snappy, snappy_raw(sample_text(300000)), sample_text(300000));
}

TEST_CASE("a snappy block that claims to be huge is refused before there is memory for it") {
  // The length of a raw block, 2^32 - 1, and one literal byte.
  const std::string claim("\xff\xff\xff\xff\x0f\x00x", 7);
  CHECK(decompressed(Codec::snappy, claim, 1 << 20) ==
        "error: snappy: more than 1048576 bytes when decompressed");
}

TEST_CASE("snappy blocks that together pass the limit are refused") {
  const std::string two = snappy_java(std::string(2000, 'x'), 1000);
  CHECK(decompressed(Codec::snappy, two, 1999) ==
        "error: snappy: more than 1999 bytes when decompressed");
}

TEST_CASE("snappy that is cut short is refused") {
  check_truncations(Codec::snappy, snappy_java(sample_text(500), 200), sample_text(500));
  check_truncations(Codec::snappy, snappy_raw(sample_text(500)), sample_text(500));
}

TEST_CASE("a snappy block's length beyond the end is refused") {
  const std::string frame = snappy_java("");
  CHECK(decompressed(Codec::snappy, frame + std::string("\0\0\0\x09x", 5)) ==
        "error: snappy: cut short in a block");
  CHECK(decompressed(Codec::snappy, frame + std::string("\xff\xff\xff\xffx", 5)) ==
        "error: snappy: cut short in a block");
  CHECK(decompressed(Codec::snappy, frame + "abc") ==
        "error: snappy: cut short in a block's length");
}

TEST_CASE("an empty snappy block or one that is damaged is refused") {
  CHECK(decompressed(Codec::snappy, snappy_java("") + big_endian(0)) ==
        "error: snappy: a block without a length");
  // A copy from before the beginning.
  CHECK(decompressed(Codec::snappy, std::string("\x04\x01\x09", 3)) ==
        "error: snappy: a damaged block");
}
