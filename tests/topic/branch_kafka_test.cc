#include <doctest/doctest.h>

#include <cerrno>

#include "support/branch.h"

using namespace estream;
using namespace estream::topic;
using io::MemorySystem;

namespace {

constexpr const char* folder = "broker/orders-0/";

std::string placed(std::int64_t offset, const std::vector<std::string>& values,
                   std::int32_t epoch = 0) {
  return log::text_of(log::placed_batch(offset, values, 1000, epoch));
}

std::string log_name(std::int64_t base) {
  return log::segment_file_name({base}, log::SegmentFile::log);
}

// A broker's directory with a partition of the segments 0 to 3 and 3 to 5.
struct Broker {
  MemorySystem system;

  Broker() {
    for (const char* name : {"broker", "broker/orders-0"}) {
      REQUIRE(system.make_directory_at(system.current_directory(), name, 0777) == 0);
    }
    system.set_content("broker/meta.properties", "version=1\n");
    set(0, placed(0, {"a", "b"}) + placed(2, {"c"}));
    set(3, placed(3, {"d", "e"}));
    epochs("0\n1\n0 0\n");
  }

  void set(std::int64_t base, const std::string& log) {
    system.set_content(folder + log_name(base), log);
  }
  void epochs(const std::string& text) {
    system.set_content(std::string(folder) + "leader-epoch-checkpoint", text);
  }

  Result<BranchReport> branch(const std::string& name = "trial") {
    const Topic source = TRY(Topic::open(system, "broker", "orders"));
    return branch_topic(source, "root", name);
  }

  Topic made(BranchReport* report = nullptr) {
    const auto before = tree_below(system, "broker");
    const auto outcome = branch();
    if (!outcome) FAIL(outcome.error().message);
    CHECK(tree_below(system, "broker") == before);
    if (report != nullptr) *report = *outcome;
    Topic topic = opened(system, "trial");
    check_sound(topic);
    return topic;
  }

  // Why there is no branch; nothing may be left of it.
  std::string refusal(Error::Code code) {
    const auto outcome = branch();
    REQUIRE(!outcome);
    CHECK(outcome.error().code == code);
    CHECK(list_topics(system, "root")->empty());
    CHECK(io::Directory::open(system, "root")->list()->empty());
    return outcome.error().message;
  }
};

std::vector<log::StoredRecord> stored(const Topic& topic) {
  const auto records = log::read_all(directory_of(topic));
  REQUIRE(records);
  return *records;
}

std::string with_flags(std::string batch, char flags) {
  std::vector<std::byte> bytes(as_bytes(batch).begin(), as_bytes(batch).end());
  bytes[22] = static_cast<std::byte>(flags);
  recompute_crc(bytes);
  return log::text_of(bytes);
}

}  // namespace

TEST_CASE("a broker's topic becomes one of ours: sealed segments linked, the last one copied") {
  Broker broker;
  BranchReport report;
  const Topic branch = broker.made(&report);
  CHECK(branch.layout() == log::Layout::estream);
  CHECK(stored(branch) == log::records(0, {"a", "b", "c", "d", "e"}));
  CHECK(report.partitions == 1);
  CHECK(report.linked_segments == 1);
  CHECK(report.copied_segments == 1);
  append(branch, 1);
  CHECK(stored(branch).size() == 7);
  check_sound(branch);
}

TEST_CASE("what a broker left unfinished at the end is not taken") {
  for (const std::string& rest : {placed(5, {"f"}).substr(0, 65), std::string(5000, '\0')}) {
    Broker broker;
    broker.set(3, placed(3, {"d", "e"}) + rest);
    CHECK(stored(broker.made()) == log::records(0, {"a", "b", "c", "d", "e"}));
  }
}

TEST_CASE("a broker's log start offset goes along, and segments below it stay behind") {
  Broker broker;
  broker.system.set_content("broker/log-start-offset-checkpoint", "0\n1\norders 0 4\n");
  const Topic branch = broker.made();
  CHECK(stored(branch) == log::records(3, {"d", "e"}));
  CHECK(branch.open_reader(0)->log_start_offset() == Offset{4});
  CHECK(!broker.system.exists("root/trial/0/" + log_name(0)));
}

TEST_CASE("a broker's epochs go along, with that of its last start") {
  Broker broker;
  broker.set(3, placed(3, {"d", "e"}, 4));
  broker.epochs("0\n3\n0 0\n4 3\n6 5\n");
  const Topic branch = broker.made();
  const auto reader = branch.open_reader(0);
  CHECK(reader->epochs().at({2}) == 0);
  CHECK(reader->epochs().at({3}) == 4);
  CHECK(reader->epoch() == 6);
  append(branch, 1);
  check_sound(branch);
}

TEST_CASE("a broker's partition without records has a branch that begins where it begins") {
  Broker broker;
  broker.system.remove(folder + log_name(0));
  broker.system.remove(folder + log_name(3));
  broker.set(7, "");
  broker.epochs("0\n0\n");
  const Topic branch = broker.made();
  CHECK(stored(branch).empty());
  append(branch, 1);
  CHECK(stored(branch).front().offset == 7);
}

TEST_CASE("offsets that a broker compacted away are refused, wherever they were") {
  struct Case {
    std::int64_t base;
    std::string log;
    std::string lacks;
  };
  const Case cases[] = {{0, placed(1, {"b"}) + placed(2, {"c"}), "lacks offsets 0 to 0"},
                        {0, placed(0, {"a"}) + placed(2, {"c"}), "lacks offsets 1 to 1"},
                        {0, placed(0, {"a"}), "lacks offsets 1 to 2"},
                        {3, placed(4, {"e"}), "lacks offsets 3 to 3"}};
  for (const Case& gap : cases) {
    Broker broker;
    broker.set(gap.base, gap.log);
    const std::string message = broker.refusal(Error::Code::data);
    CHECK(message.starts_with("broker/orders-0: " + gap.lacks));
    CHECK(message.ends_with("copy the events with --into"));
  }
}

TEST_CASE("a broker's transactions are refused") {
  for (const char flags : {char{0x10}, char{0x30}}) {
    Broker broker;
    broker.set(3, with_flags(placed(3, {"d", "e"}), flags));
    CHECK(broker.refusal(Error::Code::data)
              .starts_with("broker/orders-0: the batch at offset 3 belongs to a transaction"));
  }
}

TEST_CASE("batches without an epoch, or whose epochs go back, are refused") {
  for (const std::int32_t epoch : {-1, 0}) {
    Broker broker;
    broker.set(0, placed(0, {"a", "b", "c"}, 1));
    broker.set(3, placed(3, {"d", "e"}, epoch));
    CHECK(broker.refusal(Error::Code::data).find("leader epoch") != std::string::npos);
  }
}

TEST_CASE("damage in a broker's log is corrupt and named") {
  Broker broker;
  broker.set(0, placed(0, {"a", "b"}) + placed(2, {"c"}).substr(0, 65));
  CHECK(broker.refusal(Error::Code::corrupt).starts_with(folder + log_name(0) + " at byte "));
  broker.set(0, placed(0, {"a", "b", "c", "d"}));
  CHECK(broker.refusal(Error::Code::corrupt).find("goes up to offset 3") != std::string::npos);
  broker.set(0, placed(0, {"a", "b", "c"}));
  std::string damaged = placed(3, {"d", "e"});
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  broker.set(3, damaged);
  CHECK(broker.refusal(Error::Code::corrupt).starts_with(folder + log_name(3) + " at byte 0: "));
}

TEST_CASE("a topic of which a broker has only some partitions is refused") {
  Broker broker;
  REQUIRE(broker.system.make_directory_at(broker.system.current_directory(), "broker/orders-2",
                                          0777) == 0);
  const auto refused = broker.branch();
  REQUIRE(!refused);
  CHECK(refused.error().code == Error::Code::data);
  CHECK(refused.error().message.starts_with("topic 'orders': only 2 of its 3 partitions"));
}

TEST_CASE("a branch into a broker's directory is refused") {
  Broker broker;
  const Topic source = *Topic::open(broker.system, "broker", "orders");
  const auto refused = branch_topic(source, "broker", "trial");
  REQUIRE(!refused);
  CHECK(refused.error().code == Error::Code::usage);
}

TEST_CASE("what a broker had not synced is on the device once it is in a branch") {
  Broker broker;
  {
    const auto directory = io::Directory::open(broker.system, "broker/orders-0");
    auto log = directory->open_file(log_name(0), io::OpenMode::read_write);
    REQUIRE(log->truncate(0));
    REQUIRE(log->write_at(0, as_bytes(placed(0, {"A", "B", "C"}))));
  }
  broker.made();
  broker.system.crash(MemorySystem::Loss::all_unsynced);
  CHECK(stored(opened(broker.system, "trial")) == log::records(0, {"A", "B", "C", "d", "e"}));
}
