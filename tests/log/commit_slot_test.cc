#include "log/commit_slot.h"

#include <doctest/doctest.h>

#include <cstring>

#include "io/directory.h"
#include "support/hex.h"
#include "support/memory_system.h"

using namespace estream;
using namespace estream::log;

namespace {

CommitState sample() {
  CommitState state;
  state.sequence = 0x0102030405060708;
  state.generation = 9;
  state.segment_base = {1000};
  state.written = {0x5000, {1500}};
  state.synced = {0x4000, {1400}};
  state.published = {0x3000, {1300}};
  state.log_start_offset = {7};
  state.epoch = 3;
  state.is_poisoned = true;
  state.is_rolling = true;
  state.writer_pid = 4711;
  for (std::size_t i = 0; i < 16; i++) state.boot_id[i] = static_cast<std::byte>(0xa0 + i);
  return state;
}

// Made by hand from the table in the header; seal and checksum by a bitwise CRC-32C.
std::vector<std::byte> sample_bytes() {
  return from_hex(
      "45534331 00000000 0102030405060708 0000000000000009 00000000000003e8"
      "0000000000005000 00000000000005dc 0000000000004000 0000000000000578"
      "0000000000003000 0000000000000514 0000000000000007 00000003 00000003"
      "00001267 00000000 a0a1a2a3a4a5a6a7a8a9aaabacadaeaf 46891f81 2789d64a");
}

io::File commit_file(io::MemorySystem& system) {
  const auto top = io::Directory::open(system, "/");
  auto file = top->open_file("commit", io::OpenMode::create_or_open);
  REQUIRE(file);
  return *std::move(file);
}

// Both slots written, of which the newer has the sequence 2.
CommitState two_slots(io::File& file) {
  CommitState state;
  REQUIRE(write_commit(file, state));
  state.epoch = 1;
  REQUIRE(write_commit(file, state));
  return state;
}

void damage(io::MemorySystem& system, std::size_t at) {
  std::string content = system.content("commit");
  content[at] = static_cast<char>(content[at] ^ 0x10);
  system.set_content("commit", content);
}

}  // namespace

TEST_CASE("a slot has its fields where the table says") {
  const CommitSlot slot = encode_commit(sample());
  CHECK(to_hex(slot) == to_hex(sample_bytes()));
}

TEST_CASE("a slot gives back all that was stored in it") {
  const auto state = decode_commit(sample_bytes());
  REQUIRE(state);
  CHECK(state->sequence == 0x0102030405060708);
  CHECK(state->generation == 9);
  CHECK(state->segment_base == Offset{1000});
  CHECK(state->written == LogPosition{0x5000, {1500}});
  CHECK(state->synced == LogPosition{0x4000, {1400}});
  CHECK(state->published == LogPosition{0x3000, {1300}});
  CHECK(state->log_start_offset == Offset{7});
  CHECK(state->epoch == 3);
  CHECK(state->is_poisoned);
  CHECK(state->is_rolling);
  CHECK(state->writer_pid == 4711);
  CHECK(state->boot_id == sample().boot_id);
}

TEST_CASE("every flipped bit and every missing byte of a slot is noticed") {
  const std::vector<std::byte> good = sample_bytes();
  for (std::size_t bit = 0; bit < good.size() * 8; bit++) {
    CAPTURE(bit);
    std::vector<std::byte> bad = good;
    bad[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    REQUIRE(!decode_commit(bad));
  }
  for (std::size_t size = 0; size < good.size(); size++) {
    REQUIRE(!decode_commit(Bytes(good).first(size)));
  }
  CHECK(!decode_commit(std::vector<std::byte>(128)));
}

TEST_CASE("a slot whose numbers contradict each other is none, whatever its checksum says") {
  const auto is_taken = [](auto change) {
    CommitState state = sample();
    change(state);
    return decode_commit(encode_commit(state)).has_value();
  };
  CHECK(is_taken([](CommitState&) {}));
  CHECK(!is_taken([](CommitState& s) { s.published.bytes = s.written.bytes + 1; }));
  CHECK(!is_taken([](CommitState& s) { s.published.offset = s.written.offset + 1; }));
  CHECK(!is_taken([](CommitState& s) { s.synced.bytes = s.written.bytes + 1; }));
  CHECK(!is_taken([](CommitState& s) { s.synced.offset = {999}; }));
  CHECK(!is_taken([](CommitState& s) { s.written.offset = {999}; }));
  CHECK(!is_taken([](CommitState& s) { s.sequence = -1; }));
  CHECK(!is_taken([](CommitState& s) { s.epoch = -1; }));
  CHECK(!is_taken([](CommitState& s) { s.log_start_offset = {-1}; }));
  // After these there could be no next one.
  CHECK(!is_taken([](CommitState& s) { s.sequence = INT64_MAX; }));
  CHECK(!is_taken([](CommitState& s) { s.generation = INT64_MAX; }));
  CHECK(!is_taken([](CommitState& s) { s.epoch = INT32_MAX; }));
  CHECK(!is_taken([](CommitState& s) { s.generation = -1; }));
}

TEST_CASE("slots are written in turn, and the newer one counts") {
  io::MemorySystem system;
  io::File file = commit_file(system);
  CommitState state;
  for (std::int32_t epoch = 0; epoch < 5; epoch++) {
    state.epoch = epoch;
    REQUIRE(write_commit(file, state));
    CHECK(state.sequence == epoch + 1);
    CHECK(read_commit(file)->epoch == epoch);
    CHECK(read_commit(file)->sequence == epoch + 1);
  }
  CHECK(system.content("commit").size() == 4096 + 128);
}

TEST_CASE("when the newer slot is torn, its twin counts and the next write mends it") {
  io::MemorySystem system;
  io::File file = commit_file(system);
  two_slots(file);
  damage(system, 40);  // The second write, sequence 2, is at the front.
  auto state = read_commit(file);
  REQUIRE(state);
  CHECK(state->sequence == 1);
  CHECK(state->epoch == 0);
  REQUIRE(write_commit(file, *state));
  CHECK(read_commit(file)->sequence == 2);
  damage(system, 4096 + 40);
  CHECK(read_commit(file)->sequence == 2);
}

TEST_CASE("every damaged bit of the newer slot is told from a slot that is half written") {
  io::MemorySystem system;
  io::File file = commit_file(system);
  two_slots(file);
  const std::string before = system.content("commit");
  CommitState state = *read_commit(file);
  CHECK(!state.is_twin_damaged);
  REQUIRE(write_commit(file, state));
  const std::string after = system.content("commit");  // The sequence 3 is at 4096.
  for (std::size_t bit = 0; bit < 128 * 8; bit++) {
    CAPTURE(bit);
    std::string content = after;
    content[4096 + bit / 8] = static_cast<char>(content[4096 + bit / 8] ^ (1 << bit % 8));
    system.set_content("commit", content);
    const auto read = read_commit(file);
    REQUIRE(read);
    REQUIRE(read->sequence == 2);
    REQUIRE(read->is_twin_damaged);
  }
  // Between a seal and its checksum there is no edge at which a processor's write would stop.
  for (std::size_t written = 0; written <= 120; written += 8) {
    CAPTURE(written);
    system.set_content("commit", after.substr(0, 4096 + written) + before.substr(4096 + written));
    const auto read = read_commit(file);
    REQUIRE(read);
    REQUIRE(read->sequence == 2);
    REQUIRE(!read->is_twin_damaged);
    REQUIRE(read->is_twin_to_mend == (written > 8));
  }
}

TEST_CASE("damage to the older slot is of no consequence") {
  io::MemorySystem system;
  io::File file = commit_file(system);
  CommitState state = two_slots(file);
  REQUIRE(write_commit(file, state));
  const std::string whole = system.content("commit");  // The older one, sequence 2, is in front.
  for (std::size_t bit = 0; bit < 128 * 8; bit++) {
    CAPTURE(bit);
    std::string content = whole;
    content[bit / 8] = static_cast<char>(content[bit / 8] ^ (1 << bit % 8));
    system.set_content("commit", content);
    const auto read = read_commit(file);
    REQUIRE(read);
    REQUIRE(read->sequence == 3);
    REQUIRE(!read->is_twin_damaged);
    REQUIRE(read->is_twin_to_mend);
  }
}

TEST_CASE("a copy of a slot in its twin's place is damage") {
  io::MemorySystem system;
  io::File file = commit_file(system);
  two_slots(file);
  const std::string whole = system.content("commit");  // Sequence 2 is in front, 1 behind.
  const std::string first = whole.substr(0, commit_slot_bytes);
  const std::string second = whole.substr(commit_slot_stride, commit_slot_bytes);
  system.set_content("commit", second + whole.substr(commit_slot_bytes));
  CHECK(read_commit(file)->is_twin_damaged);
  system.set_content("commit", whole.substr(0, commit_slot_stride) + first);
  CHECK(read_commit(file)->sequence == 2);
}

TEST_CASE("a mark of poison counts for its segment in its generation") {
  io::MemorySystem system;
  io::File file = commit_file(system);
  CommitState state;
  state.segment_base = state.written.offset = state.synced.offset = state.published.offset = {7};
  state.generation = 3;
  REQUIRE(write_commit(file, state));
  REQUIRE(write_commit(file, state));
  for (const auto& [generation, base] :
       std::initializer_list<std::pair<std::int64_t, Offset>>{{2, {7}}, {3, {6}}}) {
    REQUIRE(write_poison_mark(file, generation, base));
    CHECK(!read_commit(file)->is_poisoned);
  }
  REQUIRE(write_poison_mark(file, 3, {7}));
  CHECK(read_commit(file)->is_poisoned);
  damage(system, 2048 + 12);
  CHECK(!read_commit(file)->is_poisoned);
}

TEST_CASE("two damaged slots are corruption, told after some patience") {
  io::MemorySystem system;
  io::File file = commit_file(system);
  two_slots(file);
  damage(system, 0);
  damage(system, 4096);
  const std::int64_t before = system.monotonic_ns();
  const auto state = read_commit(file);
  REQUIRE(!state);
  CHECK(state.error().code == Error::Code::corrupt);
  CHECK(state.error().message.starts_with("//commit: both commit slots are damaged"));
  CHECK(system.monotonic_ns() - before >= 1'000'000);
  CHECK(system.monotonic_ns() - before <= 1'000'000'000);
}

TEST_CASE("a slot that becomes whole while it is waited for is taken") {
  struct LateSystem : io::MemorySystem {
    std::string later;
    void sleep_ns(std::int64_t) override { set_content("commit", later); }
  } system;
  io::File file = commit_file(system);
  two_slots(file);
  system.later = system.content("commit");
  damage(system, 0);
  damage(system, 4096);
  CHECK(read_commit(file)->sequence == 2);
}

TEST_CASE("a commit file of every shorter length is corrupt or its first slot") {
  io::MemorySystem system;
  io::File file = commit_file(system);
  two_slots(file);
  const std::string whole = system.content("commit");
  for (const std::size_t size :
       std::initializer_list<std::size_t>{0, 1, 127, 128, 4095, 4096, 4097, 4223}) {
    CAPTURE(size);
    system.set_content("commit", whole.substr(0, size));
    const auto state = read_commit(file);
    CHECK(state.has_value() == (size >= 128));
    if (state) CHECK(state->sequence == 2);
  }
}

TEST_CASE("the note of a failed sync that is refused at first leaves the sound slot alone") {
  io::MemorySystem system;
  io::File file = commit_file(system);
  two_slots(file);
  auto state = read_commit(file);
  REQUIRE(state);
  const std::string before = system.content("commit");
  system.fail(io::MemorySystem::Call::write, 1, EIO);
  REQUIRE(note_failed_sync(file, *state));
  const std::string after = system.content("commit");
  const std::size_t sound = state->sequence % 2 == 0 ? commit_slot_stride : 0;
  CHECK(after.substr(sound, commit_slot_bytes) == before.substr(sound, commit_slot_bytes));
  CHECK(read_commit(file)->is_poisoned);
  CHECK(read_commit(file)->sequence == 3);
}
