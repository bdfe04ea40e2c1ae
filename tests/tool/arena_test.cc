#include "tool/records/arena.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace estream::tool {

TEST_CASE("copies stay where they are, whatever comes after them") {
  Arena arena;
  std::vector<std::string_view> copies;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 2000; i++)
    texts.emplace_back(i * 97 % 100'000, static_cast<char>('a' + i % 26));
  for (const std::string& text : texts) copies.push_back(arena.copy(text));
  for (std::size_t i = 0; i < texts.size(); i++) CHECK(copies[i] == texts[i]);
}

TEST_CASE("an empty text is no text of the arena") {
  Arena arena;
  CHECK(arena.copy({}).empty());
  CHECK(arena.copy("").empty());
  CHECK(arena.copy("x") == "x");
}

}  // namespace estream::tool
