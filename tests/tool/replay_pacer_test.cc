#include "tool/replay/pacer.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using namespace estream;
using namespace estream::tool;

namespace {

constexpr std::int64_t ms = 1'000'000;

std::vector<std::int64_t> due_ms(const PaceOptions& options,
                                 const std::vector<std::int64_t>& times) {
  Pacer pacer(options);
  std::vector<std::int64_t> due;
  for (const std::int64_t time : times) due.push_back(pacer.due_ns(Timestamp{time}, 100) / ms);
  return due;
}

using Due = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("events are due as far apart as they happened") {
  CHECK(due_ms({}, {5000, 5010, 5010, 6000}) == Due{0, 10, 10, 1000});
}

TEST_CASE("a speed divides all distances") {
  PaceOptions options;
  options.speed = 10;
  CHECK(due_ms(options, {5000, 5100, 6000}) == Due{0, 10, 100});
  options.speed = 0.5;
  CHECK(due_ms(options, {5000, 5100, 6000}) == Due{0, 200, 2000});
}

TEST_CASE("an older event follows at once and moves nothing") {
  CHECK(due_ms({}, {5000, 5100, 4000, 5100, 5200}) == Due{0, 100, 100, 100, 200});
}

TEST_CASE("long gaps are cut, and what follows moves up") {
  PaceOptions options;
  options.max_gap_ns = 50 * ms;
  CHECK(due_ms(options, {0, 10, 100'000, 100'010}) == Due{0, 10, 60, 70});
  options.speed = 0.1;
  CHECK(due_ms(options, {0, 1, 100'000}) == Due{0, 10, 60});
}

TEST_CASE("a rate does not look at times") {
  PaceOptions options;
  options.kind = PaceOptions::Kind::rate;
  options.rate = {text::Rate::Kind::records, 100, std::chrono::seconds(1)};
  CHECK(due_ms(options, {7, 3, 900'000}) == Due{0, 10, 20});
  options.rate = {text::Rate::Kind::bytes, 1000, std::chrono::seconds(1)};
  CHECK(due_ms(options, {7, 3, 900'000}) == Due{0, 100, 200});
}

TEST_CASE("the largest and the smallest times do not overflow") {
  PaceOptions options;
  options.speed = 1e-6;
  const Due due = due_ms(options, {INT64_MIN, INT64_MAX, INT64_MIN, INT64_MAX});
  CHECK(due.front() == 0);
  for (std::size_t i = 1; i < due.size(); i++) CHECK(due[i] >= due[i - 1]);
}

TEST_CASE("without a limit everything is due") {
  PaceOptions options;
  options.kind = PaceOptions::Kind::unlimited;
  CHECK(due_ms(options, {0, 1'000'000}) == Due{0, 0});
}
