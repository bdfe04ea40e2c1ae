#include "json/repair.h"

#include <doctest/doctest.h>

namespace estream::json {

TEST_CASE("numbers that simdjson reads are left as they are") {
  for (const std::string_view text :
       {"0", "-0", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
        "1.7976931348623157e308", "1e-400", "0.000000000000000000000000000001", "[1E5,-2e+3]"}) {
    CHECK(repaired_for_simdjson(text) == text);
  }
}

TEST_CASE("an integer beyond 64 bits becomes a double") {
  CHECK(repaired_for_simdjson("18446744073709551616") == "18446744073709551616.0");
  CHECK(repaired_for_simdjson("[-9223372036854775809]") == "[-9223372036854775809.0]");
}

TEST_CASE("a number beyond doubles becomes the largest double") {
  CHECK(repaired_for_simdjson("1e400") == "1.7976931348623157e308");
  CHECK(repaired_for_simdjson("{\"a\":-1E+309}") == "{\"a\":-1.7976931348623157e308}");
  CHECK(repaired_for_simdjson(std::string(400, '9')) == "1.7976931348623157e308");
}

TEST_CASE("a lone surrogate becomes the replacement character") {
  CHECK(repaired_for_simdjson(R"("\ud800")") == R"("\ufffd")");
  CHECK(repaired_for_simdjson(R"("a\uDC00b\uD800\uD800")") == R"("a\ufffdb\ufffd\ufffd")");
  CHECK(repaired_for_simdjson(R"("\ud800\n\udc00")") == R"("\ufffd\n\ufffd")");
  CHECK(repaired_for_simdjson(R"("\ud800\ue000")") == R"("\ufffd\ue000")");
}

TEST_CASE("what only looks like a surrogate or a number is left alone") {
  for (const std::string_view text : {R"("\ud83d\ude00")", R"("\\ud800")", R"("1e400")",
                                      R"({"1e400":"\"1e400"})", R"("\ud7ff")", R"("\ue000")"}) {
    CHECK(repaired_for_simdjson(text) == text);
  }
}

}  // namespace estream::json
