#include "group/own_batches.h"

#include <doctest/doctest.h>

#include <functional>
#include <utility>

#include "group/pipeline_world.h"
#include "log/maintenance/maintenance.h"

namespace estream::group {

namespace {

constexpr std::int64_t first_number = (std::int64_t{1} << 31) - 3;

// Three pending batches of two records each; their numbers go beyond 2^31.
struct Fixture {
  PositionState state = fresh_pipeline();
  std::string bytes;
  std::vector<PendingBatch> pending;

  Fixture() {
    state.sinks[0].partitions[0] = {.next = first_number, .end = -1, .looked = {100}};
    for (int i = 0; i < 3; i++) add_pending(bytes, 0, 0, log::batch_of({"a", "b"}));
    pending = *list_pending(bytes, state);
    NextSequences next = next_sequences(state);
    number_pending(bytes, pending, state.producer_id, next);
  }

  // The batch that ends at this offset of the log is the one of that number.
  static OwnBatches::Batch found(std::int64_t batch, std::int64_t end) {
    const std::int64_t last = first_number + 2 * batch + 1;
    return {.last_sequence = static_cast<std::int32_t>(last % (std::int64_t{1} << 31)),
            .end = {end}};
  }

  Result<std::size_t> judged(const OwnBatches& own, Doubt doubt = Doubt::is_error) const {
    return judge(own, pending, state, 0, 0, {.owner = "group 'g'", .doubt = doubt});
  }
};

std::string message(const Result<std::size_t>& judged) {
  REQUIRE(!judged);
  CHECK(judged.error().code == Error::Code::corrupt);
  return judged.error().message;
}

}  // namespace

TEST_CASE("the last batch that is found tells how many are there") {
  const Fixture fixture;
  CHECK(*fixture.judged({.found = {}, .log_start = {100}, .log_end = {100}}) == 0);
  CHECK(*fixture.judged({.found = {Fixture::found(0, 102)}}) == 1);
  CHECK(*fixture.judged({.found = {Fixture::found(0, 102), Fixture::found(1, 104)}}) == 2);
  // Compaction has merged the first ones away, or retention has deleted them.
  CHECK(*fixture.judged({.found = {Fixture::found(2, 106)}, .log_start = {105}}) == 3);
}

TEST_CASE("what retention deleted behind the last batch that is found cannot be told") {
  const Fixture fixture;
  CHECK(*fixture.judged({.found = {Fixture::found(0, 102)}, .log_start = {102}}) == 1);
  CHECK(*fixture.judged({.found = {Fixture::found(2, 106)}, .log_start = {107}}) == 3);
  const OwnBatches own = {.found = {Fixture::found(0, 102)}, .log_start = {103}};
  CHECK(message(fixture.judged(own)) ==
        "out/0: whether 2 batches of group 'g' are in the log cannot be told, retention deleted up "
        "to 103; --settle appended or --settle missing");
  CHECK(*fixture.judged(own, Doubt::appended) == 3);
  CHECK(*fixture.judged(own, Doubt::missing) == 1);
}

namespace {

// Somebody else does something before a file is opened or read.
struct SharedSystem : io::MemorySystem {
  std::int64_t calls_before = 0;
  std::function<void()> others_work;

  int open_at(int directory, const char* name, int flags, unsigned mode) override {
    let_others_work();
    return MemorySystem::open_at(directory, name, flags, mode);
  }
  std::int64_t pread(int fd, MutableBytes out, std::uint64_t position) override {
    let_others_work();
    return MemorySystem::pread(fd, out, position);
  }
  void let_others_work() {
    if (others_work && calls_before-- == 0) std::exchange(others_work, nullptr)();
  }
};

// Two batches of the group are in a sealed segment, and behind it is one of somebody else.
void fill(const io::Directory& directory, Fixture& fixture) {
  const auto writer = log::PartitionWriter::open(directory, {});
  REQUIRE(writer);
  for (int i = 0; i < 2; i++) {
    const PendingBatch& batch = fixture.pending[static_cast<std::size_t>(i)];
    const MutableBytes pending = std::as_writable_bytes(std::span(fixture.bytes));
    REQUIRE((*writer)->append(pending.subspan(batch.at, batch.size)));
  }
  REQUIRE((*writer)->seal_active());
  log::append(**writer, {"foreign"});
  REQUIRE((*writer)->sync());
}

void delete_sealed(const io::Directory& directory) {
  const auto maintenance = log::Maintenance::open(directory, 0);
  REQUIRE(maintenance);
  const auto inventory = (*maintenance)->inventory();
  REQUIRE(inventory);
  REQUIRE((*maintenance)->remove_oldest(inventory->sealed, inventory->active.base));
}

}  // namespace

TEST_CASE("batches are known, or cannot be told, when retention runs while they are looked for") {
  std::int64_t refusals = 0;
  bool has_run = true;
  for (std::int64_t nth = 0; has_run; nth++) {
    CAPTURE(nth);
    SharedSystem system;
    REQUIRE(system.make_directory_at(system.current_directory(), "p", 0777) == 0);
    const auto directory = io::Directory::open(system, "p");
    REQUIRE(log::create_partition(*directory));
    Fixture fixture;
    fill(*directory, fixture);
    PositionState& state = fixture.state;
    SinkPartition& known = state.sinks[0].partitions[0];
    known.looked = {0};
    system.calls_before = nth;
    system.others_work = [&] { delete_sealed(*directory); };
    // With the third batch still to come, and when all is done and the last end is known.
    for (const bool is_done : {false, true}) {
      CAPTURE(is_done);
      if (is_done) known = {.next = first_number + 4, .end = 4, .looked = {4}};
      const auto own = find_own_batches(*directory, state, 0, 0);
      REQUIRE(own);
      const auto judged = judge(*own, is_done ? std::vector<PendingBatch>() : fixture.pending,
                                state, 0, 0, {.owner = "group 'g'"});
      if (is_done) {
        REQUIRE(judged);
      } else if (judged) {
        CHECK(*judged == 2);
      } else {
        CHECK(judged.error().message.find("cannot be told") != std::string::npos);
        refusals++;
      }
    }
    has_run = !system.others_work;
  }
  CHECK(refusals > 0);
}

TEST_CASE("where a pending batch ends") {
  const Fixture fixture;
  const OwnBatches own = {.found = {Fixture::found(1, 104), Fixture::found(2, 109)}};
  CHECK(own.end_of(fixture.pending[1]) == Offset{104});
  CHECK(own.end_of(fixture.pending[2]) == Offset{109});
  CHECK(own.end_of(fixture.pending[0]) == Offset{109});
}

TEST_CASE("what cannot be told is decided by a person") {
  const Fixture fixture;
  const OwnBatches own = {.found = {}, .log_start = {101}, .log_end = {200}};
  CHECK(message(fixture.judged(own)) ==
        "out/0: whether 3 batches of group 'g' are in the log cannot be told, retention deleted up "
        "to 101; --settle appended or --settle missing");
  // Who has other ways says which.
  const SettleOptions options = {.owner = "producer 'p'", .resolve = "remove the file"};
  const auto judged = judge(own, fixture.pending, fixture.state, 0, 0, options);
  CHECK(message(judged).find("deleted up to 101; remove the file") != std::string::npos);
  CHECK(*fixture.judged(own, Doubt::appended) == 3);
  CHECK(*fixture.judged(own, Doubt::missing) == 0);
}

TEST_CASE("a topic that does not fit the position file is refused") {
  Fixture fixture;
  CHECK(message(fixture.judged({.found = {Fixture::found(7, 120)}})) ==
        "out/0: holds more of group 'g' than its position file knows: the file is older than the "
        "topic");
  fixture.state.sinks[0].partitions[0].end = 57;
  CHECK(message(fixture.judged({.found = {}, .has_last = false})) ==
        "out/0: group 'g' had written up to offset 57, which is not there: this is not the topic "
        "that it wrote to; --seek POS --into out begins anew");
  const SettleOptions options = {.owner = "producer 'p'", .anew = "remove the file"};
  const auto has_last =
      judge({.found = {}, .has_last = false}, fixture.pending, fixture.state, 0, 0, options);
  CHECK(message(has_last).find("the topic that it wrote to; remove the file") != std::string::npos);
  // A batch that is found there says more.
  CHECK(*fixture.judged({.found = {Fixture::found(0, 102)}, .has_last = false}) == 1);
}

TEST_CASE("pending bytes are whole batches of known partitions, or none") {
  const Fixture fixture;
  for (std::size_t size = 1; size < fixture.bytes.size(); size++) {
    const std::string cut = fixture.bytes.substr(0, size);
    const auto batches = list_pending(cut, fixture.state);
    const bool is_whole = size % (fixture.bytes.size() / 3) == 0;
    CHECK(batches.has_value() == is_whole);
  }
  for (const std::size_t at : {0U, 1U, 2U, 5U, 6U, 9U}) {
    std::string changed = fixture.bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x41);
    CHECK(!list_pending(changed, fixture.state));
  }
}

}  // namespace estream::group
