#include "record/record.h"

#include <doctest/doctest.h>

#include <string>

#include "support/hex.h"

using namespace estream;

TEST_CASE("a cursor yields headers in their order, repeated keys and all") {
  const auto bytes = from_hex("02 68 02 78  02 6e 01  02 68 00  00 02 79");
  HeaderCursor headers({4, as_text(bytes)});

  auto header = headers.next();
  REQUIRE(header);
  CHECK(header->key == "h");
  CHECK(header->value == "x");

  header = headers.next();
  REQUIRE(header);
  CHECK(header->key == "n");
  CHECK(header->value == std::nullopt);

  header = headers.next();
  REQUIRE(header);
  CHECK(header->key == "h");
  CHECK(header->value == "");

  header = headers.next();
  REQUIRE(header);
  CHECK(header->key == "");
  CHECK(header->value == "y");

  CHECK_FALSE(headers.next());
  CHECK_FALSE(headers.next());
}

TEST_CASE("no headers are no headers") { CHECK_FALSE(HeaderCursor(RecordHeaders()).next()); }
