#include "group/position_file.h"

#include <doctest/doctest.h>

#include <random>

#include "group/samples.h"
#include "support/memory_system.h"
#include "support/seed.h"

namespace estream::group {

namespace {

struct Fixture {
  io::MemorySystem system;
  io::Directory directory;

  Fixture() {
    system.make_directory_at(system.current_directory(), "g", 0777);
    system.crash(io::MemorySystem::Loss::nothing);  // It is durable now.
    directory = *io::Directory::open(system, "g");
  }

  PositionFile opened(const PositionState& state = sample_state()) {
    auto file = PositionFile::open(directory, "orders-2", state);
    if (!file) FAIL(file.error().message);
    return *std::move(file);
  }
  // Of a file that somebody has just opened.
  static std::string pending(const PositionFile& file) {
    std::string bytes(file.content().slot.pending.bytes, '\0');
    REQUIRE(file.read_pending(0, std::as_writable_bytes(std::span(bytes))));
    return bytes;
  }
  // How often it is synced meanwhile.
  template <class Work>
  int syncs_of(const Work& work) {
    int syncs = 0;
    system.observe([&](const io::MemorySystem::Step& step) {
      if (step.kind == io::MemorySystem::Step::Kind::sync) syncs++;
    });
    work();
    system.observe({});
    return syncs;
  }
  PositionContent looked() {
    const auto content = PositionFile::look(directory, "orders-2");
    if (!content) FAIL(content.error().message);
    REQUIRE(*content);
    return **content;
  }
};

PositionState at(std::int64_t offset) {
  PositionState state = sample_state();
  state.sources[0].position = state.sources[0].claimed = state.sources[0].needed = {offset};
  return state;
}

}  // namespace

TEST_CASE("a new file has the state that it was made with, in both slots") {
  Fixture fixture;
  CHECK(!*PositionFile::look(fixture.directory, "orders-2"));
  PositionFile file = fixture.opened(at(7));
  CHECK(file.content().state == at(7));
  CHECK(fixture.looked().state == at(7));
  for (const std::size_t slot : {0U, 4096U}) {
    std::string content = fixture.system.content("g/orders-2");
    content[slot + 120] ^= 1;
    fixture.system.set_content("g/orders-2", content);
    CHECK(fixture.looked().state == at(7));
    content[slot + 120] ^= 1;
    fixture.system.set_content("g/orders-2", content);
  }
}

TEST_CASE("what is noted is seen, with its pending bytes, and a takeover begins a generation") {
  Fixture fixture;
  PositionFile file = fixture.opened();
  REQUIRE(file.note(at(300), "pending"));
  CHECK(fixture.looked().state == at(300));
  CHECK(Fixture::pending(file) == "pending");
  PositionFile next = fixture.opened();
  REQUIRE(next.take_over("m2"));
  CHECK(fixture.looked().slot.generation == 1);
  CHECK(fixture.looked().state.member == "m2");
  CHECK(fixture.looked().has_pending());
  CHECK(Fixture::pending(next) == "pending");
  REQUIRE(next.note(at(301)));
  CHECK(fixture.looked().slot.pending.is_none());
  CHECK(fixture.looked().slot.generation == 1);
  REQUIRE(next.cut());
  CHECK(fixture.looked().state == at(301));
}

// A power loss keeps any of the pages that were written since the last sync, in no order. What was
// committed last, or something newer, is there.
TEST_CASE("a commit survives a power loss at any later write") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int run = 0; run < 400; run++) {
    Fixture fixture;
    std::int64_t noted = 0;
    std::int64_t committed = 0;
    { const PositionFile made = fixture.opened(at(0)); }
    std::string left = fixture.system.content("g/orders-2");
    std::string durable = left;
    fixture.system.observe([&](const io::MemorySystem::Step& step) {
      if (step.kind == io::MemorySystem::Step::Kind::sync) durable = left;
      if (step.kind != io::MemorySystem::Step::Kind::write) return;
      left.resize(std::max(left.size(), step.position + step.bytes.size()));
      left.replace(step.position, step.bytes.size(), step.bytes);
    });
    for (int owner = 0; owner < 3; owner++) {
      PositionFile file = fixture.opened(at(0));
      for (auto steps = random() % 8; steps > 0; steps--) {
        if (random() % 3 == 0) {
          REQUIRE(file.commit());
          committed = noted;
        } else {
          const std::string pending(random() % 3 == 0 ? random() % 20000 : 0, 'p');
          REQUIRE(file.note(at(++noted), pending));
        }
      }
    }
    REQUIRE(left == fixture.system.content("g/orders-2"));
    durable.resize(std::max(durable.size(), left.size()));
    left.resize(durable.size());
    for (std::size_t page = 0; page < left.size(); page += 4096) {
      if (random() % 2 == 0) left.replace(page, 4096, durable.substr(page, 4096));
    }
    fixture.system.crash(io::MemorySystem::Loss::nothing);  // Another boot.
    fixture.system.set_content("g/orders-2", left);
    fixture.directory = *io::Directory::open(fixture.system, "g");
    CAPTURE(run);
    const std::int64_t position = fixture.looked().state.sources[0].position.value;
    CHECK(position >= committed);
    CHECK(position <= noted);
  }
}

TEST_CASE("what is known to be synced is not synced again by the next owner") {
  Fixture fixture;
  {
    PositionFile file = fixture.opened(at(0));
    REQUIRE(file.take_over("m1"));
    REQUIRE(file.note(at(1)));
    REQUIRE(file.commit());
  }
  const auto open = [&] { const PositionFile next = fixture.opened(at(0)); };
  CHECK(fixture.syncs_of(open) == 0);
  const auto committed = fixture.looked().slot;
  // The note of one owner, and those of the next ones, go over the same slot.
  for (const int offset : {2, 3, 4}) {
    PositionFile file = fixture.opened(at(0));
    CHECK(file.content().state == at(offset - 1));
    REQUIRE(file.note(at(offset)));
    CHECK(file.content().slot.sequence == committed.sequence + offset - 1);
  }
  CHECK(fixture.syncs_of(open) == 0);
  fixture.system.crash(io::MemorySystem::Loss::all_unsynced);
  fixture.directory = *io::Directory::open(fixture.system, "g");
  CHECK(fixture.looked().state == at(1));
  CHECK(fixture.syncs_of(open) == 1);
  fixture.system.set_boot_id({});
  CHECK(fixture.syncs_of(open) == 1);
}

// A power loss may keep what was synced last, and take the word that it was.
TEST_CASE("the word of an earlier boot does not count") {
  Fixture fixture;
  {
    PositionFile file = fixture.opened(at(0));
    REQUIRE(file.take_over("m1"));
    REQUIRE(file.commit());
    const std::string before = fixture.system.content("g/orders-2").substr(128, 4096 - 128);
    REQUIRE(file.note(at(1)));
    REQUIRE(file.commit());
    std::string left = fixture.system.content("g/orders-2");
    left.replace(128, before.size(), before);
    fixture.system.set_content("g/orders-2", left);
  }
  fixture.system.crash(io::MemorySystem::Loss::nothing);
  fixture.directory = *io::Directory::open(fixture.system, "g");
  const std::string before = fixture.system.content("g/orders-2");
  PositionFile file = fixture.opened(at(0));
  REQUIRE(file.note(at(2)));
  // The note is left unfinished.
  std::string left = fixture.system.content("g/orders-2");
  for (const std::size_t slot : {0U, 4096U}) left.replace(slot + 64, 64, before, slot + 64, 64);
  fixture.system.set_content("g/orders-2", left);
  CHECK(fixture.looked().state == at(1));
}

// The first owner dies in the middle of its second note, the next one in the middle of its first.
TEST_CASE("a slot that was left unfinished twice is not taken for damage") {
  for (const std::size_t torn : {16U, 64U, 119U}) {
    Fixture fixture;
    const auto leave_unfinished = [&](const std::string& before) {
      std::string left = fixture.system.content("g/orders-2");
      for (const std::size_t slot : {0U, 4096U}) {
        left.replace(slot + torn, 128 - torn, before, slot + torn, 128 - torn);
      }
      fixture.system.set_content("g/orders-2", left);
    };
    std::string before;
    {
      PositionFile file = fixture.opened(at(0));
      REQUIRE(file.note(at(1)));
      before = fixture.system.content("g/orders-2");
      REQUIRE(file.note(at(2)));
    }
    leave_unfinished(before);
    CHECK(fixture.looked().state == at(0));
    {
      PositionFile file = fixture.opened(at(0));
      before = fixture.system.content("g/orders-2");
      REQUIRE(file.note(at(3)));
    }
    leave_unfinished(before);
    CHECK(fixture.looked().state == at(0));
    PositionFile file = fixture.opened(at(0));
    REQUIRE(file.note(at(4)));
    CHECK(fixture.looked().state == at(4));
  }
}

TEST_CASE("pending bytes that come bit by bit count when they are noted") {
  Fixture fixture;
  PositionFile file = fixture.opened(at(0));
  REQUIRE(file.note(at(1), "older"));
  std::string all;
  for (int i = 0; i < 100; i++) {
    const std::string bit(static_cast<std::size_t>(i) * 97, static_cast<char>('a' + i % 26));
    REQUIRE(file.add_pending(bit));
    all += bit;
    CHECK(fixture.looked().state == at(1));
  }
  CHECK(Fixture::pending(fixture.opened(at(0))) == "older");
  REQUIRE(file.note_added(at(2)));
  CHECK(fixture.looked().state == at(2));
  CHECK(Fixture::pending(file) == all);
  PositionFile next = fixture.opened(at(0));
  REQUIRE(next.take_over("m2"));
  CHECK(Fixture::pending(next) == all);
  // What was added before does not count again.
  REQUIRE(next.add_pending("new"));
  REQUIRE(next.note_added(at(3)));
  CHECK(Fixture::pending(next) == "new");
}

TEST_CASE("pending bytes that are damaged are not taken over") {
  Fixture fixture;
  PositionFile file = fixture.opened(at(0));
  REQUIRE(file.note(at(1), std::string(10000, 'p')));
  std::string content = fixture.system.content("g/orders-2");
  content[file.content().slot.pending.at + 5000] ^= 1;
  fixture.system.set_content("g/orders-2", content);
  CHECK(!PositionFile::open(fixture.directory, "orders-2", at(0)));
  CHECK(!file.take_over("m2"));
}

TEST_CASE("what a read did not give is not taken for what a power loss took") {
  using Call = io::MemorySystem::Call;
  std::int64_t refused = 0;
  bool has_fired = true;
  for (std::int64_t nth = 1; has_fired; nth++) {
    CAPTURE(nth);
    Fixture fixture;
    {
      PositionFile file = fixture.opened();
      REQUIRE(file.note(at(1)));
      REQUIRE(file.commit());
      REQUIRE(file.note(at(2), "pending"));
      REQUIRE(file.commit());
    }
    fixture.system.crash(io::MemorySystem::Loss::nothing);  // Another boot.
    fixture.directory = *io::Directory::open(fixture.system, "g");
    fixture.system.cut_short(Call::read, nth, io::MemorySystem::Share::nothing, 1, "orders-2");
    const auto opened = PositionFile::open(fixture.directory, "orders-2", sample_state());
    has_fired = fixture.system.fired_faults() > 0;
    if (opened) {
      CHECK(!has_fired);
      CHECK(opened->content().state == at(2));
      CHECK(opened->content().has_pending());
    } else {
      CHECK(opened.error().code == Error::Code::corrupt);
      refused++;
    }
  }
  CHECK(refused == 3);  // The slots, the state, and what is pending.
}

TEST_CASE("places overlap nothing that a slot points to") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  Fixture fixture;
  PositionFile file = fixture.opened(at(0));
  std::uint64_t largest = 0;
  for (int i = 0; i < 400; i++) {
    const PositionContent before = fixture.looked();
    const std::uint64_t size = random() % 4 == 0 ? 0 : random() % (64 << 10);
    largest = std::max(largest, size);
    REQUIRE(file.note(at(i), std::string(size, static_cast<char>('a' + i % 26))));
    const PositionContent after = fixture.looked();
    CHECK(after.state == at(i));
    CHECK(Fixture::pending(file) == std::string(size, static_cast<char>('a' + i % 26)));
    if (random() % 2 == 0) REQUIRE(file.commit());
    CHECK(before.slot.sequence < after.slot.sequence);
  }
  // Pending bytes are at three places at most, with the states and holes between them.
  CHECK(fixture.system.content("g/orders-2").size() < 8192 + 6 * (largest + 4096));
}

TEST_CASE("damage is told, and so is the file of another partition") {
  Fixture fixture;
  PositionFile file = fixture.opened();
  REQUIRE(file.note(at(300)));
  REQUIRE(file.commit());
  const std::string content = fixture.system.content("g/orders-2");
  const auto refuses = [&](const std::string& changed, const char* what) {
    fixture.system.set_content("g/orders-2", changed);
    const auto opened = PositionFile::open(fixture.directory, "orders-2", sample_state());
    REQUIRE(!opened);
    CHECK(opened.error().code == Error::Code::corrupt);
    CHECK(opened.error().message.find(what) != std::string::npos);
  };
  std::string bad = content;
  bad[20] ^= 1;
  refuses(bad, "a slot is damaged");
  bad = content;
  bad[120] ^= 1;
  bad[4096 + 120] ^= 1;
  refuses(bad, "both slots are damaged");
  refuses("", "cannot be read to the end of its slots");
  refuses(content.substr(0, 4096 + 127), "cannot be read to the end of its slots");
  // Of this boot, so no power loss has taken it.
  bad = content;
  for (std::size_t at = 8192; at < bad.size(); at += 4096) bad[at + 3] ^= 1;
  refuses(bad, "the state is damaged");
  fixture.system.set_content("g/orders-2", content);
  PositionState other = sample_state();
  other.sources[0].partition = 1;
  CHECK(!PositionFile::open(fixture.directory, "orders-2", other));
  other = sample_state();
  other.group = "billing";
  CHECK(!PositionFile::open(fixture.directory, "orders-2", other));
  other = sample_state();
  other.sources.clear();
  other.input = InputPosition();
  CHECK(!PositionFile::open(fixture.directory, "orders-2", other));
}

TEST_CASE("the file of a producer keeps the place in its input") {
  Fixture fixture;
  PositionState state = sample_input_state();
  PositionFile file = fixture.opened(state);
  state.input->stored = state.input->claimed;
  REQUIRE(file.note(state, "batches"));
  REQUIRE(file.commit());
  CHECK(fixture.looked().state == state);
  CHECK(Fixture::pending(fixture.opened(sample_input_state())) == "batches");
  PositionState group = sample_state();
  group.group = state.group;
  CHECK(!PositionFile::open(fixture.directory, "orders-2", group));
}

}  // namespace estream::group
