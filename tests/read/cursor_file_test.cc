#include "read/cursor_file.h"

#include <doctest/doctest.h>

#include "support/memory_system.h"

using namespace estream;
using namespace estream::read;

TEST_CASE("a cursor survives its text form") {
  Cursor cursor;
  cursor.set("orders", 0, {{17}, 3});
  cursor.set("orders", 11, {{0}, std::nullopt});
  cursor.set("a.b_c-d", 2, {{INT64_MAX}, 0});
  const auto parsed = Cursor::parse(cursor.to_text());
  REQUIRE(parsed);
  CHECK(*parsed == cursor);
  CHECK(parsed->find("orders", 0) == CursorPosition{{17}, 3});
  CHECK(!parsed->find("orders", 1));
}

TEST_CASE("the text of a cursor is one readable line for each partition") {
  Cursor cursor;
  cursor.set("orders", 0, {{17}, 3});
  CHECK(cursor.to_text() ==
        "{\"version\":1,\"positions\":[\n"
        "{\"topic\":\"orders\",\"partition\":0,\"offset\":17,\"epoch\":3}]}\n");
}

TEST_CASE("what is no cursor is refused as damage") {
  for (const char* text :
       {"", "{", "[]", "17", R"({"positions":[]})", R"({"version":2,"positions":[]})",
        R"({"version":1})", R"({"version":1,"positions":{}})", R"({"version":1,"positions":[1]})",
        R"({"version":1,"positions":[{"topic":"t","partition":0}]})",
        R"({"version":1,"positions":[{"topic":1,"partition":0,"offset":0}]})",
        R"({"version":1,"positions":[{"topic":"t","partition":-1,"offset":0}]})",
        R"({"version":1,"positions":[{"topic":"t","partition":0,"offset":-1}]})",
        R"({"version":1,"positions":[{"topic":"t","partition":0,"offset":1.5}]})",
        R"({"version":1,"positions":[{"topic":"t","partition":0,"offset":9223372036854775808}]})",
        R"({"version":1,"positions":[{"topic":"t","partition":2147483648,"offset":0}]})"}) {
    CAPTURE(text);
    const auto parsed = Cursor::parse(text);
    REQUIRE(!parsed);
    CHECK(parsed.error().code == Error::Code::corrupt);
  }
}

TEST_CASE("a cursor file that is not there is an empty cursor") {
  io::MemorySystem system;
  const auto cursor = CursorFile(system, "c.json").read();
  REQUIRE(cursor);
  CHECK(*cursor == Cursor());
}

TEST_CASE("after a power loss the cursor file holds the old or the new cursor") {
  Cursor before;
  before.set("t", 0, {{1}, 0});
  Cursor after;
  after.set("t", 0, {{2}, 0});
  for (std::int64_t change = 1; change <= 6; change++) {
    CAPTURE(change);
    io::MemorySystem system;
    const CursorFile file(system, "c.json");
    REQUIRE(file.write(before));
    system.die_at(change, io::MemorySystem::Death::within_write);
    const bool is_written = file.write(after).has_value();
    system.crash(io::MemorySystem::Loss::all_unsynced);
    const auto found = CursorFile(system, "c.json").read();
    REQUIRE(found);
    if (is_written) {
      CHECK(*found == after);
    } else {
      CHECK((*found == before || *found == after));
    }
  }
}
