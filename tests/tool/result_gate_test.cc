#include "tool/window/result_gate.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace estream::tool {

namespace {

struct Collected final : window::Results {
  std::vector<std::string> all;

  Result<void> put(const window::WindowResult& result) override {
    all.emplace_back(result.line);
    return {};
  }
  Result<void> pass(std::uint32_t, const RecordView&) override {
    all.emplace_back("pass");
    return {};
  }
  Result<void> late(std::uint32_t, const RecordView&) override {
    all.emplace_back("late");
    return {};
  }
};

window::WindowResult result(std::int64_t from_ms) {
  return {.from = {from_ms}, .to = {from_ms + 10}, .timestamp = {}, .line = R"({"n":1})"};
}

}  // namespace

TEST_CASE("nothing comes through a gate that is closed") {
  Collected collected;
  ResultGate gate(collected);
  gate.close();
  REQUIRE(gate.put(result(0)));
  REQUIRE(gate.pass(0, {}));
  REQUIRE(gate.late(0, {}));
  CHECK(collected.all.empty());
  gate.open();
  REQUIRE(gate.put(result(0)));
  REQUIRE(gate.pass(0, {}));
  REQUIRE(gate.late(0, {}));
  CHECK(collected.all == std::vector<std::string>{R"({"n":1})", "pass", "late"});
}

TEST_CASE("results of windows that may have lost events are marked") {
  Collected collected;
  ResultGate gate(collected);
  gate.mark_incomplete_until({100});
  gate.mark_incomplete_until({50});
  REQUIRE(gate.put(result(100)));
  REQUIRE(gate.put(result(101)));
  window::WindowResult removed = result(90);
  removed.kind = window::WindowResult::Kind::removed;
  removed.line = "";
  REQUIRE(gate.put(removed));
  CHECK(collected.all ==
        std::vector<std::string>{R"({"n":1,"incomplete":true})", R"({"n":1})", ""});
}

}  // namespace estream::tool
