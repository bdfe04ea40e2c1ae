#include "log/maintenance/retention.h"

#include <doctest/doctest.h>

#include <vector>

using namespace estream;
using namespace estream::log;

namespace {

// Five segments of 100 bytes, 10 records and one second each, the last one active.
const std::vector<SegmentSummary> sealed = {
    {{0}, {10}, 100, 10, {1000}},
    {{10}, {20}, 100, 10, {2000}},
    {{20}, {30}, 100, 10, {3000}},
    {{30}, {40}, 100, 10, {4000}},
};
const SegmentSummary active = {{40}, {50}, 100, 10, {5000}};

std::size_t planned(const RetentionLimits& limits) {
  return plan_retention(sealed, active, limits, {10'000});
}

}  // namespace

TEST_CASE("only whole segments are below an offset") {
  CHECK(count_below(sealed, {0}) == 0);
  CHECK(count_below(sealed, {19}) == 1);
  CHECK(count_below(sealed, {20}) == 2);
  CHECK(count_below(sealed, {1000}) == 4);
}

TEST_CASE("without a limit nothing goes") { CHECK(planned({}) == 0); }

TEST_CASE("a segment goes when its newest record is older than the age") {
  CHECK(planned({.max_age_ms = 9000}) == 0);
  CHECK(planned({.max_age_ms = 8999}) == 1);
  CHECK(planned({.max_age_ms = 7000}) == 2);
  CHECK(planned({.max_age_ms = 0}) == 4);
}

TEST_CASE("a segment with a newer record keeps all behind it") {
  std::vector<SegmentSummary> segments = sealed;
  segments[1].max_timestamp = {20'000};
  CHECK(plan_retention(segments, active, {.max_age_ms = 100}, {10'000}) == 1);
}

TEST_CASE("a segment without records goes by age, one without times does not") {
  std::vector<SegmentSummary> segments = sealed;
  segments[0].record_count = 0;
  segments[0].max_timestamp = {};
  CHECK(plan_retention(segments, active, {.max_age_ms = 8000}, {10'000}) == 1);
  segments[0].record_count = 1;
  CHECK(plan_retention(segments, active, {.max_age_ms = 0}, {10'000}) == 0);
}

TEST_CASE("at least as many bytes stay as the limit says") {
  CHECK(planned({.max_bytes = 500}) == 0);
  CHECK(planned({.max_bytes = 401}) == 0);
  CHECK(planned({.max_bytes = 400}) == 1);
  CHECK(planned({.max_bytes = 150}) == 3);
  CHECK(planned({.max_bytes = 0}) == 4);
}

TEST_CASE("at least as many records stay as the limit says") {
  CHECK(planned({.max_records = 41}) == 0);
  CHECK(planned({.max_records = 40}) == 1);
  CHECK(planned({.max_records = 1}) == 4);
}

TEST_CASE("as many segments stay as the limit says, and always the active one") {
  CHECK(planned({.max_segments = 5}) == 0);
  CHECK(planned({.max_segments = 3}) == 2);
  CHECK(planned({.max_segments = 1}) == 4);
  CHECK(planned({.max_segments = 0}) == 4);
}

TEST_CASE("only segments that end before an offset go") {
  CHECK(planned({.before = Offset{9}}) == 0);
  CHECK(planned({.before = Offset{10}}) == 1);
  CHECK(planned({.before = Offset{39}}) == 3);
  CHECK(planned({.before = Offset{1000}}) == 4);
}

TEST_CASE("only segments whose times are all before a time go") {
  CHECK(planned({.before_time = Timestamp{1000}}) == 0);
  CHECK(planned({.before_time = Timestamp{1001}}) == 1);
  CHECK(planned({.before_time = Timestamp{9000}}) == 4);
  std::vector<SegmentSummary> segments = sealed;
  segments[1].max_timestamp = {9000};
  CHECK(plan_retention(segments, active, {.before_time = Timestamp{3500}}, {10'000}) == 1);
}

TEST_CASE("of several limits each may let a segment go") {
  CHECK(planned({.max_age_ms = 8999, .max_bytes = 300, .before = Offset{10}}) == 2);
}
