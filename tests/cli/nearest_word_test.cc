#include "cli/nearest_word.h"

#include <doctest/doctest.h>

using namespace estream::cli;

TEST_CASE("the nearest word is one with few letters changed, or a longer one") {
  const std::vector<std::string> words = {"topics", "offsets", "keys", ""};
  CHECK(nearest_word("tpics", words) == "topics");
  CHECK(nearest_word("off", words) == "offsets");
  CHECK(nearest_word("kesy", words) == "keys");
  CHECK(nearest_word("orders", words).empty());
  CHECK(nearest_word("k", words).empty());
  CHECK(nearest_word("", words).empty());
  CHECK(nearest_word("topics", {}).empty());
}

TEST_CASE("edit distance counts changes, additions, omissions and swaps") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("from", "form") == 1);
  CHECK(edit_distance("from", "fron") == 1);
  CHECK(edit_distance("from", "fro") == 1);
  CHECK(edit_distance("from", "froom") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
}
