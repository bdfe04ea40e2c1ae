#include "window/aggregation.h"

#include <doctest/doctest.h>

#include <string>

namespace estream::window {

TEST_CASE("smoke") {
  ArgumentPlan plan;
  auto parsed = Aggregation::parse(
      "n=count, avg=mean(.t), p95=p95(.t), s=sum(.t), lo=min(.t), hi=max(.t), sd=stddev(.t), "
      "f=first(.t), l=last(.t), d=distinct(.t), top=top(2,.t), li=list(3,.t)",
      plan);
  REQUIRE_MESSAGE(parsed.has_value(), parsed.error().message);
  Aggregation& a = *parsed;
  std::vector<std::byte> state(a.state_bytes());
  a.begin(state.data());
  int i = 0;
  for (const char* n : {"22", "21.4", "21.50", "1e1", "0.1"}) {
    Argument arg{.kind = Argument::Kind::number, .number = Quantity::parse(n), .json = n};
    Row row;
    row.offset = {i};
    row.time = {100 - i++};
    row.arguments = std::span(&arg, 1);
    CHECK(a.add(state.data(), row));
  }
  std::string line;
  a.append_fields(line, state.data());
  MESSAGE(line);
  MESSAGE(a.state_bytes());
  a.end(state.data());
}

}  // namespace estream::window
