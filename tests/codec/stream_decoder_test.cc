#include "codec/stream_decoder.h"

#include <doctest/doctest.h>

#include <random>

#include "support/compressed.h"
#include "support/decompression.h"

using namespace estream;

namespace {

std::string zstd_frame(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
  return out;
}

// What comes out when the input comes in pieces of `in_bytes` into rooms of `out_bytes`.
std::string streamed(StreamDecoder::Format format, std::string_view packed, std::size_t in_bytes,
                     std::size_t out_bytes) {
  StreamDecoder decoder(format);
  std::string text;
  std::string room(out_bytes, '\0');
  for (std::size_t at = 0;;) {
    Bytes input = std::as_bytes(std::span(packed.substr(at, in_bytes)));
    at += input.size();
    const bool is_end = input.empty();
    for (;;) {
      const auto made = decoder.decode(input, std::as_writable_bytes(std::span(room)));
      if (!made) return "error: " + made.error().message;
      if (*made == 0) break;
      text.append(room, 0, *made);
    }
    CHECK(input.empty());
    if (is_end) return decoder.is_complete() ? text : "cut short";
  }
}

void check_all_sizes(StreamDecoder::Format format, std::string_view packed,
                     const std::string& expected) {
  for (const std::size_t in_bytes : {1U, 2U, 7U, 4096U, 1U << 20}) {
    for (const std::size_t out_bytes : {1U, 3U, 1000U, 1U << 20}) {
      CAPTURE(in_bytes);
      CAPTURE(out_bytes);
      CHECK(streamed(format, packed, in_bytes, out_bytes) == expected);
    }
  }
}

std::optional<StreamDecoder::Format> format_of(std::string_view front) {
  return StreamDecoder::format_of(std::as_bytes(std::span(front)));
}

}  // namespace

TEST_CASE("the first bytes tell the format") {
  CHECK(format_of(gzip("x")) == StreamDecoder::Format::gzip);
  CHECK(format_of(zstd_frame("x")) == StreamDecoder::Format::zstd);
  for (const std::string_view front : {"", "{", "(", "\x1f", "\x28\xb5\x2f", "\x1f{", "(\xb5/x"}) {
    CHECK_FALSE(format_of(front));
  }
  CHECK(StreamDecoder::may_have_format(std::as_bytes(std::span(std::string_view("\x28\xb5")))));
  CHECK_FALSE(StreamDecoder::may_have_format(std::as_bytes(std::span(std::string_view("(a")))));
}

TEST_CASE("a stream comes out the same in pieces of any size") {
  const std::string text = sample_text(20000);
  check_all_sizes(StreamDecoder::Format::gzip, gzip(text), text);
  check_all_sizes(StreamDecoder::Format::zstd, zstd_frame(text), text);
  check_all_sizes(StreamDecoder::Format::gzip, gzip(""), "");
  check_all_sizes(StreamDecoder::Format::zstd, zstd_frame(""), "");
}

TEST_CASE("members and frames that follow one another are joined") {
  check_all_sizes(StreamDecoder::Format::gzip, gzip("one, ") + gzip("") + gzip("two"), "one, two");
  check_all_sizes(StreamDecoder::Format::zstd, zstd_frame("one, ") + zstd_frame("two"), "one, two");
}

TEST_CASE("zeros may follow the last gzip member, and nothing else") {
  check_all_sizes(StreamDecoder::Format::gzip, gzip("one") + std::string(600, '\0'), "one");
  CHECK(streamed(StreamDecoder::Format::gzip, gzip("one") + "{}", 100, 100) ==
        "error: gzip: other bytes follow its end");
  const std::string zeros = gzip("one") + std::string(3, '\0');
  CHECK(streamed(StreamDecoder::Format::gzip, zeros + gzip("two"), 1, 100) ==
        "error: gzip: other bytes follow its end");
  CHECK(streamed(StreamDecoder::Format::zstd, zstd_frame("one") + "{}{}{}", 100, 100)
            .starts_with("error: zstd: "));
}

TEST_CASE("a stream that is cut anywhere is not complete") {
  const std::string text = sample_text(300);
  const std::pair<StreamDecoder::Format, std::string> streams[] = {
      {StreamDecoder::Format::gzip, gzip(text)}, {StreamDecoder::Format::zstd, zstd_frame(text)}};
  for (const auto& [format, packed] : streams) {
    for (std::size_t size = 1; size < packed.size(); size++) {
      CAPTURE(size);
      CHECK(streamed(format, packed.substr(0, size), 64, 64) == "cut short");
    }
  }
}

TEST_CASE("damage is an error, or the same text") {
  const std::string text = sample_text(300);
  const std::string packed = gzip(text);
  for (std::size_t bit = 0; bit < packed.size() * 8; bit++) {
    std::string damaged = packed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const std::string result = streamed(StreamDecoder::Format::gzip, damaged, 64, 64);
    // The header has fields that say nothing about the text.
    const bool is_safe = result.starts_with("error: ") || result == "cut short" || result == text;
    CHECK(is_safe);
  }
}
