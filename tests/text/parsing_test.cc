#include "text/parsing.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::text;

TEST_CASE("parse_whole takes digits and nothing else") {
  CHECK(parse_whole("007") == 7);
  for (const std::string_view text : {"", "-1", "+1", "1 ", "1.0", "9223372036854775808"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_whole(text));
  }
}

TEST_CASE("a refused text is quoted when it would not be seen") {
  CHECK(unclear("30", "write 30s").message == "cannot read 30; write 30s");
  CHECK(unclear("", "write 30s").message == "cannot read ''; write 30s");
  CHECK(unclear("2 h", "write 2h").message == "cannot read '2 h'; write 2h");
  CHECK(refused("2 h", "is too long").message == "'2 h' is too long");
}
