#include "json/base64.h"

#include <doctest/doctest.h>

#include <random>

#include "support/seed.h"

namespace estream::json {

static std::string encoded(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

static std::string decoded(std::string_view text) {
  std::string out;
  return append_decoded_base64(out, text) ? out : "refused";
}

TEST_CASE("base64 agrees with the vectors of RFC 4648 in both directions") {
  const std::pair<std::string_view, std::string_view> vectors[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xFB\xFF", "+/8="},
  };
  for (const auto& [bytes, text] : vectors) {
    CHECK(encoded(bytes) == text);
    CHECK(decoded(text) == bytes);
  }
}

TEST_CASE("base64 with any deviation is refused") {
  for (const std::string_view text :
       {"Z", "Zg", "Zg=", "Zg===", "Zm8", "Zh==", "Zm9=", "=", "====", "Zg==Zg==", "Zm9v\n",
        " Zg=", "Zm-_", "Z=g=", "Zm9v====", "Zm\0v"}) {
    CAPTURE(text);
    CHECK(decoded(text) == "refused");
  }
}

TEST_CASE("base64 that is refused leaves what was there") {
  std::string out = "before";
  CHECK_FALSE(append_decoded_base64(out, "Zm9vYmF"));
  CHECK_FALSE(append_decoded_base64(out, "Zm9vYm?v"));
  CHECK(out == "before");
}

TEST_CASE("base64 brings any bytes back") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (std::size_t size = 0; size < 300; size++) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    REQUIRE(decoded(encoded(bytes)) == bytes);
  }
}

}  // namespace estream::json
