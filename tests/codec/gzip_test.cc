#include "codec/gzip.h"

#include <doctest/doctest.h>

#include "support/compressed.h"
#include "support/decompression.h"

using namespace estream;

TEST_CASE("gzip is read") {
  for (const std::size_t size : std::initializer_list<std::size_t>{0, 1, 100, 65536, 1000000}) {
    CAPTURE(size);
    CHECK(decompressed(Codec::gzip, gzip(sample_text(size))) == sample_text(size));
  }
}

TEST_CASE("the contents of gzip members one after another are joined") {
  CHECK(decompressed(Codec::gzip, gzip("one, ") + gzip("") + gzip("two")) == "one, two");
}

TEST_CASE("what follows a gzip member and is none is ignored, as Java does") {
  CHECK(decompressed(Codec::gzip, gzip("one") + std::string(8, '\0')) == "one");
  CHECK(decompressed(Codec::gzip, gzip("one") + "\x1f") == "one");
}

TEST_CASE("the limit holds for gzip") {
  check_limit(Codec::gzip, gzip(sample_text(300000)), sample_text(300000));
  check_limit(Codec::gzip, gzip("one, ") + gzip("two"), "one, two");
}

TEST_CASE("a gzip bomb is refused") {
  const std::string bomb = gzip(std::string(50000000, '\0'));
  CHECK(decompressed(Codec::gzip, bomb, 1 << 20) ==
        "error: gzip: more than 1048576 bytes when decompressed");
}

TEST_CASE("gzip that is cut short is refused") {
  check_truncations(Codec::gzip, gzip(sample_text(500)), sample_text(500));
  CHECK(decompressed(Codec::gzip, "") == "error: gzip: cut short");
}

TEST_CASE("a second gzip member that is cut short is refused") {
  const std::string second = gzip("two");
  for (std::size_t size = 2; size < second.size(); size++) {
    CHECK(decompressed(Codec::gzip, gzip("one") + second.substr(0, size)) ==
          "error: gzip: cut short");
  }
}

TEST_CASE("gzip with a wrong checksum or a wrong size is refused") {
  std::string damaged = gzip("text");
  damaged[damaged.size() - 5] ^= 1;
  CHECK(decompressed(Codec::gzip, damaged) == "error: gzip: incorrect data check");
  damaged = gzip("text");
  damaged.back() ^= 1;
  CHECK(decompressed(Codec::gzip, damaged) == "error: gzip: incorrect length check");
}

TEST_CASE("bytes that are not gzip are refused") {
  CHECK(decompressed(Codec::gzip, "plain text") == "error: gzip: incorrect header check");
}
