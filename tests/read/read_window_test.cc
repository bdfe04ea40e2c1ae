#include "read/read_window.h"

#include <doctest/doctest.h>

#include <vector>

using namespace estream;
using namespace estream::read;

namespace {

// Offsets 10 to 19, times 100 to 200.
BatchHeader batch() {
  BatchHeader header;
  header.base_offset = {10};
  header.last_offset_delta = 9;
  header.record_count = 10;
  header.base_timestamp = {100};
  header.max_timestamp = {200};
  return header;
}

Overlap ours(const ReadWindow& window) { return overlap_of(batch(), Timestamp{100}, window); }

Overlap brokers(const ReadWindow& window) { return overlap_of(batch(), std::nullopt, window); }

}  // namespace

TEST_CASE("a window of offsets takes a batch whole, in part or not at all") {
  CHECK(ours({.begin = {0}}) == Overlap::all);
  CHECK(ours({.begin = {10}, .end = {20}}) == Overlap::all);
  CHECK(ours({.begin = {11}}) == Overlap::part);
  CHECK(ours({.begin = {0}, .end = {19}}) == Overlap::part);
  CHECK(ours({.begin = {19}}) == Overlap::part);
  CHECK(ours({.begin = {20}}) == Overlap::none);
  CHECK(ours({.begin = {0}, .end = {10}}) == Overlap::none);
}

TEST_CASE("since is part of a window of time, and until is not") {
  const auto times = [](std::optional<Timestamp> since, std::optional<Timestamp> until) {
    return ours({.begin = {0}, .times = {since, until}});
  };
  CHECK(times(Timestamp{100}, std::nullopt) == Overlap::all);
  CHECK(times(Timestamp{101}, std::nullopt) == Overlap::part);
  CHECK(times(Timestamp{200}, std::nullopt) == Overlap::part);
  CHECK(times(Timestamp{201}, std::nullopt) == Overlap::none);
  CHECK(times(std::nullopt, Timestamp{201}) == Overlap::all);
  CHECK(times(std::nullopt, Timestamp{200}) == Overlap::part);
  CHECK(times(std::nullopt, Timestamp{101}) == Overlap::part);
  CHECK(times(std::nullopt, Timestamp{100}) == Overlap::none);
  CHECK(TimeRange{Timestamp{5}, Timestamp{7}}.contains({5}));
  CHECK(!TimeRange{Timestamp{5}, Timestamp{7}}.contains({7}));
}

TEST_CASE("a batch without records overlaps with nothing") {
  BatchHeader empty = batch();
  empty.record_count = 0;
  CHECK(overlap_of(empty, Timestamp{100}, {.begin = {0}}) == Overlap::none);
}

TEST_CASE("only the largest timestamp of a broker's batch is known") {
  CHECK(brokers({.begin = {0}}) == Overlap::all);
  CHECK(brokers({.begin = {0}, .times = {Timestamp{50}, {}}}) == Overlap::part);
  CHECK(brokers({.begin = {0}, .times = {{}, Timestamp{50}}}) == Overlap::part);
  CHECK(brokers({.begin = {0}, .times = {Timestamp{201}, {}}}) == Overlap::none);
}

TEST_CASE("where the smallest timestamp is unknown, only the end of a window takes a batch whole") {
  CHECK(brokers({.begin = {0}, .times = {{}, Timestamp{201}}}) == Overlap::all);
  CHECK(brokers({.begin = {0}, .times = {{}, Timestamp{200}}}) == Overlap::part);
  CHECK(brokers({.begin = {0}, .times = {Timestamp{0}, Timestamp{201}}}) == Overlap::part);
  CHECK(!is_beyond(std::nullopt, {{}, Timestamp{50}}));
  CHECK(is_beyond(Timestamp{50}, {{}, Timestamp{50}}));
}

TEST_CASE("a window of picks takes the batches that have one of them") {
  const auto picks = [](std::vector<Offset> offsets) {
    return ours({.begin = {0}, .end = {100}, .picks = offsets});
  };
  CHECK(picks({{3}, {10}, {50}}) == Overlap::part);
  CHECK(picks({{19}}) == Overlap::part);
  CHECK(picks({{9}, {20}}) == Overlap::none);
  CHECK(picks({{9}}) == Overlap::none);
  CHECK(picks({{20}}) == Overlap::none);
}
