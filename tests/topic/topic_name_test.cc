#include "topic/topic_name.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::topic;

TEST_CASE("Kafka's names are taken") {
  for (const std::string& name :
       {std::string("a"), std::string("orders"), std::string("Orders_2.eu-west"),
        std::string("__consumer_offsets"), std::string("-"), std::string("a.."),
        std::string(249, 'x')}) {
    CAPTURE(name);
    CHECK(check_topic_name(name));
  }
}

TEST_CASE("names that could lead elsewhere, or that no file may have, are refused") {
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string(".groups"),
        std::string(250, 'x'), std::string("a/b"), std::string("/"), std::string("a b"),
        std::string("a:b"), std::string("a\n"), std::string("\xc3\xa4"), std::string("a\0b", 3),
        std::string("a*"), std::string("~")}) {
    CAPTURE(name);
    const auto checked = check_topic_name(name);
    REQUIRE(!checked);
    CHECK(checked.error().code == Error::Code::usage);
  }
}

TEST_CASE("a topic is named in the data root or by a path, with partitions or without") {
  struct Case {
    const char *text, *root, *name, *partitions;
  };
  for (const Case& c :
       {Case{"orders", "/data", "orders", ""}, Case{"orders:0,2-4", "/data", "orders", "0,2-4"},
        Case{"./orders", ".", "orders", ""}, Case{"backup/orders/", "backup", "orders", ""},
        Case{"/mnt/backup/orders:1", "/mnt/backup", "orders", "1"},
        Case{"/orders", "/", "orders", ""}, Case{"a:b/orders", "a:b", "orders", ""}}) {
    CAPTURE(std::string(c.text));
    const auto ref = parse_topic_argument(c.text, "/data");
    REQUIRE(ref);
    CHECK(ref->root == c.root);
    CHECK(ref->name == c.name);
    CHECK(ref->partitions == c.partitions);
  }
}

TEST_CASE("an argument that names no topic is refused") {
  for (const std::string text : {"", "/", "//", ".", "..", "a/..", "../orders", "a/../orders",
                                 "orders:", ":0", "a b", "x/.hidden", "kafka://host/orders"}) {
    CAPTURE(text);
    const auto ref = parse_topic_argument(text, "/data");
    REQUIRE(!ref);
    CHECK(ref.error().code == Error::Code::usage);
  }
}
