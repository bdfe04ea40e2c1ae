#include "tool/replay/external_sort.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "support/memory_system.h"
#include "support/seed.h"
#include "tool/replay/blob_sort.h"

using namespace estream;
using namespace estream::tool;

namespace {

struct Entry {
  std::uint64_t key = 0;
  std::uint64_t value = 0;

  friend auto operator<=>(const Entry&, const Entry&) = default;
};

struct ByAll {
  static bool less(const Entry& a, const Entry& b) { return a < b; }
};

struct LastOfKey {
  static bool less(const Entry& a, const Entry& b) { return a.key < b.key; }
  static void combine(Entry& into, const Entry& later) { into = later; }
};

// A machine with an empty /tmp.
class Machine : public io::MemorySystem {
 public:
  Machine() { make_directory_at(current_directory(), "tmp", 0777); }
};

template <class Sort>
std::vector<Entry> rest(Sort& sort) {
  std::vector<Entry> entries;
  for (;;) {
    const auto next = sort.next();
    if (!next) FAIL(next.error().message);
    if (*next == nullptr) return entries;
    entries.push_back(**next);
  }
}

// As many as do not fit into `memory_bytes`.
Result<void> add_too_many(io::System& system, std::size_t memory_bytes) {
  ExternalSort<Entry, ByAll> sort(system, {"tmp", memory_bytes});
  for (std::uint64_t i = 0; i < memory_bytes; i++) TRY(sort.add({i, i}));
  TRY(sort.finish());
  for (std::uint64_t i = 0; i < memory_bytes; i++) TRY(sort.next());
  return {};
}

std::string message_of(const Result<void>& outcome) {
  return outcome ? "no error" : outcome.error().message;
}

}  // namespace

TEST_CASE("an external sort sorts like std::sort, whatever fits into memory") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 60; round++) {
    CAPTURE(round);
    Machine system;
    const std::size_t memory = random() % 3000;
    ExternalSort<Entry, ByAll> sort(system, {"tmp", memory});
    std::vector<Entry> model;
    for (std::uint64_t i = random() % 2000; i > 0; i--) {
      model.push_back({random() % 100, i});
      REQUIRE(sort.add(model.back()));
    }
    REQUIRE(sort.finish());
    std::ranges::sort(model);
    CHECK(rest(sort) == model);
    CHECK(sort.has_spilled() == (model.size() > std::max<std::size_t>(2, memory / sizeof(Entry))));
  }
}

TEST_CASE("records of one key are combined in the order in which they were added") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 60; round++) {
    CAPTURE(round);
    Machine system;
    ExternalSort<Entry, LastOfKey> sort(system, {"tmp", random() % 3000});
    std::map<std::uint64_t, std::uint64_t> model;
    const std::uint64_t keys = 1 + random() % 300;
    std::uint64_t number = 0;
    for (std::uint64_t left = random() % 2000; left > 0; left--) {
      if (random() % 200 == 0) {
        // A run of the caller's own has each key once.
        std::vector<Entry> run;
        for (std::uint64_t key = random() % 3; key < keys; key += 1 + random() % 5) {
          run.push_back({key, ++number});
          model[key] = number;
        }
        std::ranges::shuffle(run, random);
        REQUIRE(sort.add_run(run));
        continue;
      }
      const Entry entry = {random() % keys, ++number};
      REQUIRE(sort.add(entry));
      model[entry.key] = entry.value;
    }
    REQUIRE(sort.finish());
    std::vector<Entry> expected;
    for (const auto& [key, value] : model) expected.push_back({key, value});
    CHECK(rest(sort) == expected);
  }
}

TEST_CASE("few keys need no disk, however many records there are") {
  Machine system;
  ExternalSort<Entry, LastOfKey> sort(system, {"tmp", 100 * sizeof(Entry)});
  for (std::uint64_t i = 0; i < 10'000; i++) REQUIRE(sort.add({i % 20, i}));
  REQUIRE(sort.finish());
  CHECK(rest(sort).size() == 20);
  CHECK(system.changes() == 1);  // The directory that the test made.
}

TEST_CASE("what is spilled has no name and is gone with the sort") {
  Machine system;
  {
    ExternalSort<Entry, ByAll> sort(system, {"tmp", 0});
    for (std::uint64_t i = 0; i < 100; i++) REQUIRE(sort.add({i, i}));
    CHECK(system.open_descriptors() == 1);
    CHECK(system.tree().size() == 1);
  }
  CHECK(system.open_descriptors() == 0);
}

TEST_CASE("a file system without unnamed files gets one whose name is taken away") {
  Machine system;
  system.fail(io::MemorySystem::Call::open, 2, EOPNOTSUPP);  // The first one opens the directory.
  ExternalSort<Entry, ByAll> sort(system, {"tmp", 0});
  for (std::uint64_t i = 0; i < 100; i++) REQUIRE(sort.add({i, i}));
  CHECK(system.fired_faults() == 1);
  CHECK(system.tree().size() == 1);
  REQUIRE(sort.finish());
  CHECK(rest(sort).size() == 100);
}

TEST_CASE("whatever fails about the temporary file, the error names TMPDIR") {
  using Call = io::MemorySystem::Call;
  for (const Call call : {Call::open, Call::write, Call::read}) {
    Machine system;
    system.fail(call, 1, call == Call::write ? ENOSPC : EACCES, io::MemorySystem::forever);
    const std::string message = message_of(add_too_many(system, 1000));
    CHECK(message.starts_with("temporary file in tmp (TMPDIR): cannot "));
    if (call == Call::write) CHECK(message.find("No space left") != message.npos);
    CHECK(system.open_descriptors() == 0);
  }
  Machine system;
  ExternalSort<Entry, ByAll> sort(system, {"nowhere", 0});
  std::vector<Entry> run(1);
  CHECK(message_of(sort.add_run(run)) ==
        "temporary file in nowhere (TMPDIR): cannot make: No such file or directory");
}

TEST_CASE("blobs of any size come out by their numbers") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 60; round++) {
    CAPTURE(round);
    Machine system;
    BlobSort sort(system, {"tmp", random() % 20'000});
    std::vector<std::string> model(random() % 500);
    std::vector<std::size_t> order(model.size());
    for (std::size_t i = 0; i < model.size(); i++) {
      order[i] = i;
      const std::size_t size = random() % 20 == 0 ? random() % 9000 : random() % 50;
      for (std::size_t at = 0; at < size; at++) model[i] += static_cast<char>(random());
    }
    std::ranges::shuffle(order, random);
    for (const std::size_t i : order) {
      REQUIRE(sort.add(static_cast<std::int64_t>(i), model[i]));
    }
    REQUIRE(sort.finish());
    for (const std::string& blob : model) {
      const auto next = sort.next();
      REQUIRE(next);
      REQUIRE(next->has_value());
      CHECK(**next == blob);
    }
    const auto end = sort.next();
    REQUIRE(end);
    CHECK(!end->has_value());
  }
}

TEST_CASE("blobs that fit into memory need no disk") {
  Machine system;
  BlobSort sort(system, {"tmp", 10'000});
  for (std::int64_t i = 0; i < 100; i++) REQUIRE(sort.add(i, "some text"));
  REQUIRE(sort.finish());
  CHECK(!sort.has_spilled());
  CHECK(system.changes() == 1);
}
