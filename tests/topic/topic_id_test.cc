#include "topic/topic_id.h"

#include <doctest/doctest.h>

#include "support/memory_system.h"

using namespace estream;
using namespace estream::topic;

TEST_CASE("an id is 16 random bytes, and comes back from its text") {
  io::MemorySystem system;
  const TopicId id = TopicId::make(system);
  CHECK(!id.is_none());
  CHECK(id != TopicId::make(system));
  CHECK(id.to_text().size() == 32);
  CHECK(TopicId::parse(id.to_text()) == id);
  CHECK(TopicId::parse("000102030405060708090a0b0c0d0eff")->to_text() ==
        "000102030405060708090a0b0c0d0eff");
}

TEST_CASE("what is no id is not taken for one") {
  for (const char* text :
       {"", "0", "00000000000000000000000000000000", "000102030405060708090a0b0c0d0efF",
        "000102030405060708090a0b0c0d0ef", "000102030405060708090a0b0c0d0eff0",
        "000102030405060708090a0b0c0d0e-f"}) {
    CAPTURE(text);
    CHECK(!TopicId::parse(text));
  }
  CHECK(!TopicId::parse_base64("AAAAAAAAAAAAAAAAAAAAAA"));
  CHECK(!TopicId::parse_base64("AAECAwQFBgcICQoLDA0OD"));
}

TEST_CASE("a broker's id is the same bytes") {
  const auto id = TopicId::parse_base64("AAECAwQFBgcICQoLDA0O_w");
  REQUIRE(id);
  CHECK(id->to_text() == "000102030405060708090a0b0c0d0eff");
}

TEST_CASE("what has none is not compared") {
  const TopicId none;
  const TopicId a = *TopicId::parse("000102030405060708090a0b0c0d0e0f");
  const TopicId b = *TopicId::parse("100102030405060708090a0b0c0d0e0f");
  CHECK(are_different(a, b));
  CHECK(!are_different(a, a));
  CHECK(!are_different(none, a));
  CHECK(!are_different(a, none));
}
