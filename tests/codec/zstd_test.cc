#include "codec/zstd.h"

#include <doctest/doctest.h>
#include <zstd.h>

#include "codec/codec.h"
#include "support/compressed.h"
#include "support/decompression.h"

using namespace estream;

namespace {

std::string compressed_by_us(int level, std::string_view text) {
  Compressor compressor;
  ByteBuffer out;
  const auto size_bytes = compressor.compress(Codec::zstd, level, as_bytes(text), out, 0);
  REQUIRE(size_bytes);
  return std::string(as_text(out.first(*size_bytes)));
}

}  // namespace

TEST_CASE("zstd comes back at every level") {
  for (int level = 1; level <= 19; level++) {
    CAPTURE(level);
    const std::string text = sample_text(20000);
    CHECK(decompressed(Codec::zstd, compressed_by_us(level, text)) == text);
  }
}

TEST_CASE("zstd comes back at every size") {
  for (const std::size_t size :
       std::initializer_list<std::size_t>{0, 1, 2, 100, 65536, 131072, 131073, 1000000}) {
    CAPTURE(size);
    CHECK(decompressed(Codec::zstd, compressed_by_us(1, sample_text(size))) == sample_text(size));
  }
}

TEST_CASE("a higher zstd level takes effect on the same compressor") {
  Compressor compressor;
  ByteBuffer out;
  const std::string text = sample_text(200000);
  const auto first = compressor.compress(Codec::zstd, 1, as_bytes(text), out, 0);
  const auto best = compressor.compress(Codec::zstd, 19, as_bytes(text), out, 0);
  const auto again = compressor.compress(Codec::zstd, 1, as_bytes(text), out, 0);
  REQUIRE((first && best && again));
  CHECK(*best < *first);
  CHECK(*again == *first);
}

TEST_CASE("our zstd frames tell their content size and carry no checksum") {
  const std::string frame = compressed_by_us(1, sample_text(5000));
  CHECK(ZSTD_getFrameContentSize(frame.data(), frame.size()) == 5000);
  CHECK(ZSTD_findFrameCompressedSize(frame.data(), frame.size()) == frame.size());
  const int descriptor = static_cast<unsigned char>(frame[4]);
  CHECK((descriptor & 0x04) == 0);
}

TEST_CASE("zstd levels beyond 1 to 19 are refused") {
  for (const int level : {-5, 0, 20, 22}) {
    Compressor compressor;
    ByteBuffer out;
    const auto answer = compressor.compress(Codec::zstd, level, as_bytes("text"), out, 0);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == Error::Code::usage);
  }
}

TEST_CASE("a zstd frame without its content size is read") {
  for (const std::size_t size :
       std::initializer_list<std::size_t>{0, 1, 100, 65536, 131072, 1000000}) {
    CAPTURE(size);
    const std::string frame = zstd_stream(sample_text(size));
    if (size > 0) {
      CHECK(ZSTD_getFrameContentSize(frame.data(), frame.size()) == ZSTD_CONTENTSIZE_UNKNOWN);
    }
    CHECK(decompressed(Codec::zstd, frame) == sample_text(size));
  }
}

TEST_CASE("the contents of zstd frames one after another are joined") {
  CHECK(decompressed(Codec::zstd, zstd("one, ") + zstd("two")) == "one, two");
  CHECK(decompressed(Codec::zstd, zstd_stream("one, ") + zstd("two, ") + zstd_stream("three")) ==
        "one, two, three");
}

TEST_CASE("skippable zstd frames are skipped wherever they stand") {
  const std::string skipped = zstd_skippable("not part of it");
  CHECK(decompressed(Codec::zstd, skipped + zstd("one, ") + skipped + zstd("two") + skipped) ==
        "one, two");
  CHECK(decompressed(Codec::zstd, skipped) == "");
}

TEST_CASE("the limit holds for zstd with and without a content size") {
  const std::string text = sample_text(300000);
  check_limit(Codec::zstd, zstd(text), text);
  check_limit(Codec::zstd, zstd_stream(text), text);
  check_limit(Codec::zstd, zstd("one, ") + zstd("two"), "one, two");
}

TEST_CASE("a zstd bomb is refused") {
  const std::string zeros(50000000, '\0');
  const std::string message = "error: zstd: more than 1048576 bytes when decompressed";
  CHECK(decompressed(Codec::zstd, zstd(zeros), 1 << 20) == message);
  CHECK(decompressed(Codec::zstd, zstd_stream(zeros), 1 << 20) == message);
}

TEST_CASE("a zstd window that Kafka refuses is refused") {
  CHECK(decompressed(Codec::zstd, zstd_stream("text", 27)) == "text");
  CHECK(decompressed(Codec::zstd, zstd_stream("text", 28)).starts_with("error: zstd: "));
}

TEST_CASE("zstd that is cut short is refused") {
  check_truncations(Codec::zstd, zstd(sample_text(500)), sample_text(500));
  check_truncations(Codec::zstd, zstd_stream(sample_text(500)), sample_text(500));
  CHECK(decompressed(Codec::zstd, "") == "error: zstd: cut short");
}

TEST_CASE("a second zstd frame that is cut short is refused") {
  const std::string second = zstd_stream("two");
  for (std::size_t size = 1; size < second.size(); size++) {
    CHECK(decompressed(Codec::zstd, zstd_stream("one") + second.substr(0, size))
              .starts_with("error: zstd: "));
  }
}

TEST_CASE("bytes that are not zstd, alone or after a frame, are refused") {
  CHECK(decompressed(Codec::zstd, "plain text").starts_with("error: zstd: "));
  CHECK(decompressed(Codec::zstd, zstd("one") + "plain text").starts_with("error: zstd: "));
}

TEST_CASE("a zstd frame that holds less than it says is refused") {
  std::string frame = zstd(std::string(200, 'x'));
  REQUIRE(static_cast<unsigned char>(frame[5]) == 200);  // A content size of one byte.
  frame[5] = static_cast<char>(201);
  CHECK(decompressed(Codec::zstd, frame).starts_with("error: zstd: "));
}
