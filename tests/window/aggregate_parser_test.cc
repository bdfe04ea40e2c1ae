#include "window/aggregate_parser.h"

#include <doctest/doctest.h>

#include <string>

namespace estream::window {

static std::vector<AggregateRequest> parsed(std::string_view text) {
  const auto requests = parse_aggregates(text);
  REQUIRE_MESSAGE(requests.has_value(), requests.error().message);
  return *requests;
}

static std::string refusal(std::string_view text) {
  const auto requests = parse_aggregates(text);
  REQUIRE_FALSE(requests.has_value());
  CHECK(requests.error().code == Error::Code::usage);
  return requests.error().message;
}

TEST_CASE("names, functions and expressions are found") {
  const auto requests = parsed("n=count, avg = mean( .temp ) ,top=top(3, .price * .qty)");
  REQUIRE(requests.size() == 3);
  CHECK(requests[0].name == "n");
  CHECK(requests[0].function.name == "count");
  CHECK_FALSE(requests[0].expression.has_value());
  CHECK(requests[1].name == "avg");
  CHECK(requests[1].function.name == "mean");
  CHECK(requests[1].expression == ".temp");
  CHECK(requests[2].size == 3);
  CHECK(requests[2].expression == ".price * .qty");
  CHECK(requests[2].function.wants_json);
}

TEST_CASE("a name may have the letters of any language") {
  CHECK(parsed("größe_2=count")[0].name == "größe_2");
}

TEST_CASE("all functions are known") {
  CHECK(parsed("a=count,b=count(.x),c=sum(.x),d=mean(.x),e=min(.x),f=max(.x),g=stddev(.x),"
               "h=first(.x),i=last(.x),j=distinct(.x),k=top(1000,.x),l=list(1,.x)")
            .size() == 12);
}

TEST_CASE("percentiles are p1 to p99, and p999") {
  CHECK(parsed("a=p1(.x)")[0].function.per_mille == 10);
  CHECK(parsed("a=p50(.x)")[0].function.per_mille == 500);
  CHECK(parsed("a=p99(.x)")[0].function.per_mille == 990);
  CHECK(parsed("a=p999(.x)")[0].function.per_mille == 999);
  for (const char* name : {"p", "p0", "p05", "p100", "p9999", "p5x", "px", "P50"}) {
    CAPTURE(std::string(name));
    CHECK_FALSE(find_function(name).has_value());
  }
}

TEST_CASE("commas and brackets in an expression belong to it") {
  const auto requests =
      parsed(R"-(a=count(.x in ("a,b)", "\")", 2)),b=first(.l[0]), c=last(.["odd, (name"]))-");
  REQUIRE(requests.size() == 3);
  CHECK(requests[0].expression == R"-(.x in ("a,b)", "\")", 2))-");
  CHECK(requests[1].expression == ".l[0]");
  CHECK(requests[2].expression == R"(.["odd, (name"])");
}

TEST_CASE("a refusal says where and what to write") {
  CHECK(refusal("") == "column 1: expected a name of letters, digits and _, as in n=count");
  CHECK(refusal("count") == "column 6: expected NAME=FUNCTION, as in avg=mean(.price)");
  CHECK(refusal("n=count,") == "column 9: expected a name of letters, digits and _, as in n=count");
  CHECK(refusal("1a=count") == "column 1: expected a name of letters, digits and _, as in n=count");
  CHECK(refusal("n=count m=count") == "column 9: expected a comma, or the end");
  CHECK(refusal("n=") ==
        "column 3: expected a function; there are count sum mean min max stddev p1 to p99 p999 "
        "first last distinct top list");
  CHECK(refusal("n=counts").starts_with("column 3: there is no function counts; there are count"));
  CHECK(refusal("n=avg(.x)") == "column 3: there is no function avg; write mean");
  CHECK(refusal("n=sum") == "column 3: sum needs an expression, as in sum(.price)");
  CHECK(refusal("n=p95") == "column 3: p95 needs an expression, as in p95(.price)");
  CHECK(refusal("n=top") == "column 3: top needs a number and an expression, as in top(3,.price)");
  CHECK(refusal("n=sum()") == "column 7: sum has parentheses, but no expression");
  CHECK(refusal("n=list(.x)") == "column 8: write list(N,EXPRESSION), as in list(3,.price)");
  CHECK(refusal("n=list(3)") == "column 8: write list(N,EXPRESSION), as in list(3,.price)");
  CHECK(refusal("n=list(0,.x)") == "column 8: list takes from 1 to 1000 values");
  CHECK(refusal("n=top(1001,.x)") == "column 7: top takes from 1 to 1000 values");
  CHECK(refusal("n=top(99999999999,.x)") == "column 7: top takes from 1 to 1000 values");
}

TEST_CASE("a name is there once, and is not that of a member that lines have") {
  CHECK(refusal("n=count,n=sum(.x)") == "column 9: the name n is there twice");
  for (const char* name :
       {"key", "from", "to", "at", "event", "events", "final", "unmatched", "back", "incomplete"}) {
    const std::string taken(name);
    CHECK(refusal(taken + "=count") ==
          "column 1: result lines have a member \"" + taken + "\"; take another name");
  }
}

TEST_CASE("brackets and quotes must be closed") {
  CHECK(refusal("n=sum(.x") == "column 6: this bracket is not closed");
  CHECK(refusal("n=sum((.x)") == "column 6: this bracket is not closed");
  CHECK(refusal("n=sum(.x[0)") == "column 11: there is no bracket that this ) closes");
  CHECK(refusal("n=sum(.x]") == "column 9: there is no bracket that this ] closes");
  CHECK(refusal("n=sum(.x))") == "column 10: expected a comma, or the end");
  CHECK(refusal("n=sum(\"x)") == "column 7: this string has no closing quote");
  CHECK(refusal("n=sum(\xff)") == "column 1: the aggregates are not UTF-8");
}

}  // namespace estream::window
