#include "log/segment_index.h"

#include <doctest/doctest.h>

#include "io/directory.h"
#include "support/hex.h"
#include "support/memory_system.h"

using namespace estream;
using namespace estream::log;

namespace {

// A file with these bytes, opened for reading.
struct IndexFile {
  io::MemorySystem system;

  io::File with(std::string_view hex, std::size_t zeros = 0) {
    const std::vector<std::byte> bytes = from_hex(hex);
    system.set_content("x", std::string(as_text(bytes)) + std::string(zeros, '\0'));
    const auto top = io::Directory::open(system, "/");
    auto file = top->open_file("x", io::OpenMode::read);
    REQUIRE(file);
    return *std::move(file);
  }
};

// Made by hand: relative offsets 9, 19 and 29 at the positions 5000, 10000 and 15000.
constexpr const char* three_offsets = "00000009 00001388 00000013 00002710 0000001d 00003a98";
// Timestamps 1000, 2000 and 3000 of the relative offsets 9, 12 and 29.
constexpr const char* three_times =
    "00000000000003e8 00000009 00000000000007d0 0000000c 0000000000000bb8 0000001d";

std::int64_t floor_of(const OffsetIndex& index, std::int64_t target) {
  const auto entry = index.floor({target});
  REQUIRE(entry);
  return *entry ? static_cast<std::int64_t>((*entry)->position) : -1;
}

std::int64_t below(const TimeIndex& index, std::int64_t target) {
  const auto entry = index.below({target});
  REQUIRE(entry);
  return *entry ? (*entry)->last_offset.value : -1;
}

}  // namespace

TEST_CASE("the floor of an offset is the last entry that does not go beyond it") {
  IndexFile file;
  const OffsetIndex index(file.with(three_offsets), {100});
  CHECK(*index.entry_count() == 3);
  CHECK(floor_of(index, 0) == -1);
  CHECK(floor_of(index, 108) == -1);
  CHECK(floor_of(index, 109) == 5000);
  CHECK(floor_of(index, 118) == 5000);
  CHECK(floor_of(index, 119) == 10000);
  CHECK(floor_of(index, 128) == 10000);
  CHECK(floor_of(index, 129) == 15000);
  CHECK(floor_of(index, INT64_MAX) == 15000);
}

TEST_CASE("the time entry below a timestamp is strictly below it") {
  IndexFile file;
  const TimeIndex index(file.with(three_times), {100});
  CHECK(*index.entry_count() == 3);
  CHECK(below(index, INT64_MIN) == -1);
  CHECK(below(index, 1000) == -1);
  CHECK(below(index, 1001) == 109);
  CHECK(below(index, 2000) == 109);
  CHECK(below(index, 2001) == 112);
  CHECK(below(index, 3000) == 112);
  CHECK(below(index, 3001) == 129);
  CHECK(below(index, INT64_MAX) == 129);
}

TEST_CASE("the zeros of a preallocated index are no entries") {
  for (const std::size_t zeros :
       std::initializer_list<std::size_t>{8, 12, 24, 96, 10 * 1024 * 1024}) {
    CAPTURE(zeros);
    IndexFile offsets;
    const OffsetIndex index(offsets.with(three_offsets, zeros), {100});
    CHECK(*index.entry_count() == 3);
    CHECK(floor_of(index, INT64_MAX) == 15000);
    IndexFile times;
    const TimeIndex time_index(times.with(three_times, zeros), {100});
    CHECK(*time_index.entry_count() == 3);
    CHECK(below(time_index, INT64_MAX) == 129);
  }
}

TEST_CASE("an index of nothing, of zeros only, or of less than an entry has no entries") {
  for (const std::size_t size : std::initializer_list<std::size_t>{0, 1, 7, 8, 11, 12, 4096}) {
    CAPTURE(size);
    IndexFile file;
    CHECK(floor_of(OffsetIndex(file.with("", size), {0}), INT64_MAX) == -1);
    CHECK(below(TimeIndex(file.with("", size), {0}), INT64_MAX) == -1);
  }
}

TEST_CASE("bytes after the last whole entry are not looked at") {
  IndexFile file;
  const OffsetIndex index(file.with("00000009 00001388 000000"), {0});
  CHECK(*index.entry_count() == 1);
}

TEST_CASE("the first entry may be the one of relative offset 0") {
  // A segment's first batch, large and of one record, has an entry when the second batch comes.
  IndexFile file;
  const TimeIndex index(file.with("00000000000003e8 00000000"), {100});
  CHECK(*index.entry_count() == 1);
  CHECK(below(index, 1001) == 100);
}

TEST_CASE("an entry that cannot be read for a moment leads nowhere else") {
  for (std::int64_t nth = 1; nth <= 8; nth++) {
    CAPTURE(nth);
    IndexFile offsets;
    const OffsetIndex offset_index(offsets.with(three_offsets), {0});
    offsets.system.cut_short(io::MemorySystem::Call::read, nth, io::MemorySystem::Share::nothing);
    CHECK(floor_of(offset_index, 15) <= 5000);
    IndexFile times;
    const TimeIndex time_index(times.with(three_times), {0});
    times.system.cut_short(io::MemorySystem::Call::read, nth, io::MemorySystem::Share::nothing);
    const auto entry = time_index.below({1500});
    REQUIRE(entry);
    if (*entry) CHECK((*entry)->max_timestamp < Timestamp{1500});
  }
}
