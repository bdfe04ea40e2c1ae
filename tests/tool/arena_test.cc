#include "tool/records/arena.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace estream::tool {

TEST_CASE("copies stay where they are while others are made, in blocks and beside them") {
  Arena arena;
  std::vector<std::string> wanted;
  std::vector<std::string_view> copies;
  for (std::size_t i = 0; i < 3000; i++) {
    wanted.emplace_back(i % 100 == 99 ? 200'000 : i % 700, static_cast<char>('a' + i % 26));
    copies.push_back(arena.copy(wanted.back()));
  }
  for (std::size_t i = 0; i < wanted.size(); i++) {
    CAPTURE(i);
    REQUIRE(copies[i] == wanted[i]);
  }
}

TEST_CASE("after a reset the same memory is used again") {
  Arena arena;
  const char* const first = arena.copy("one").data();
  arena.reset();
  CHECK(arena.copy("two").data() == first);
}

TEST_CASE("an empty text needs no bytes") {
  Arena arena;
  CHECK(arena.copy({}).empty());
  CHECK(arena.copy("x") == "x");
}

}  // namespace estream::tool
