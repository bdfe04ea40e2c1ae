#include "tool/window/group_windows.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/murmur2.h"
#include "support/memory_system.h"
#include "support/read_topics.h"
#include "support/seed.h"
#include "text/say.h"
#include "tool/window/window_options.h"

namespace estream::tool {

namespace {

using Death = io::MemorySystem::Death;
using Loss = io::MemorySystem::Loss;

constexpr std::int32_t partitions = 3;
constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::uint64_t half_second_ns = 500'000'000;

struct Event {
  std::int32_t partition = 0;
  std::int64_t time_ms = 0;
  std::string key;
  std::string value;
};

// Events of about a second, a little out of order.
std::vector<Event> make_chunk(std::mt19937_64& random, std::int64_t begin_ms) {
  std::vector<Event> events;
  const auto below = [&](std::int64_t count) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(count));
  };
  const std::int64_t count = 20 + below(40);
  for (std::int64_t i = 0; i < count; i++) {
    Event event;
    const std::int64_t number = below(6);
    event.key = "k" + std::to_string(number);
    // So that the results of a partition are all that comes into that one of `out`.
    event.partition = partition_for_key(as_bytes(event.key), partitions);
    event.time_ms = begin_ms + 200 + i * 1000 / count - below(200);
    event.value = R"({"v":)" + std::to_string(below(100)) + R"(,"f":)" + std::to_string(below(4)) +
                  R"(,"type":")" + (below(2) == 0 ? "a" : "b") + R"("})";
    events.push_back(event);
  }
  return events;
}

// Between chunks so much time passes that no clock that goes on by itself makes their events late.
// Some pauses are longer than --max-future.
std::vector<std::vector<Event>> make_chunks(std::uint64_t seed, int count) {
  std::mt19937_64 random(seed);
  std::vector<std::vector<Event>> chunks;
  std::int64_t begin_ms = 1'700'000'000'000;
  for (int i = 0; i < count; i++) {
    chunks.push_back(make_chunk(random, begin_ms));
    begin_ms += i % 2 == 0 ? 600'000 : 7'200'000;
  }
  return chunks;
}

struct World {
  io::MemorySystem system;
  std::vector<std::string_view> args;
  std::mt19937_64 random;

  World(std::vector<std::string_view> options, std::uint64_t seed)
      : args(std::move(options)), random(seed) {
    topic::TopicConfig config;
    config.partition_count = partitions;
    REQUIRE(topic::Topic::create(system, "log", "in", config));
    system.crash(Loss::nothing);
    args.insert(args.end(), {"in", "-d", "log", "-g", "g", "--into", "out", "--late", "late", "-f",
                             "--idle", "100ms", "-q"});
  }

  void append(const std::vector<Event>& events) {
    const auto topic = topic::Topic::open(system, "log", "in");
    REQUIRE(topic);
    for (const Event& event : events) {
      const auto writer =
          topic->open_writer(event.partition, {.sync_level = log::SyncLevel::batch});
      REQUIRE(writer);
      std::vector<std::byte> batch = test_batch({{event.time_ms, event.value, event.key}});
      REQUIRE((*writer)->append(batch));
    }
    system.crash(Loss::nothing);
  }

  // As the tool does, for so long by the clock of this machine.
  Result<cli::ExitStatus> try_run(std::int64_t duration_ns = second_ns) {
    auto command = TRY(parse_window_options(system, args));
    const WindowOptions& options = command.options;
    const read::EndCondition end(system, duration_ns);
    io::Output output(system, 1, "standard output");
    const auto places = TRY(read::find_partitions(system, options.request.sources));
    return GroupWindows(system, options, output, end).run(places);
  }

  void run() {
    const auto status = try_run();
    if (!status) FAIL(status.error().message);
    CHECK(*status == cli::ExitStatus::timed_out);
  }

  // Ends the processes of the machine.
  void die() {
    switch (random() % 3) {
      case 0:
        return system.kill();
      case 1:
        return system.crash(Loss::all_unsynced);
      default:
        return system.crash(Loss::random, random());
    }
  }

  // Dies at one of the next changes, again and again. At times it ends in order, but too early.
  void run_with_deaths(std::uint64_t changes_max) {
    for (int tries = 0; tries < 8; tries++) {
      if (random() % 4 == 0) REQUIRE(try_run(static_cast<std::int64_t>(random() % half_second_ns)));
      const auto nth = static_cast<std::int64_t>(1 + random() % changes_max);
      system.die_at(nth, random() % 2 == 0 ? Death::before_change : Death::within_write);
      const auto status = try_run();
      if (!system.is_dead()) {
        if (!status) FAIL(status.error().message);
        system.die_at(io::MemorySystem::forever, Death::before_change);
        return;
      }
      die();
    }
    run();
  }

  // All that a topic has, as text, in its order or that of each key.
  std::vector<std::string> stored(const std::string& name, bool is_by_key = false) {
    std::vector<std::pair<std::string, std::string>> records;
    const auto topic = topic::Topic::open(system, "log", name);
    REQUIRE(topic);
    for (std::int32_t i = 0; i < topic->config().partition_count; i++) {
      auto reader = topic->open_reader(i);
      REQUIRE(reader);
      std::vector<std::byte> bytes;
      BatchDecoder decoder;
      for (;;) {
        const auto header = reader->peek();
        REQUIRE(header);
        if (!*header) break;
        REQUIRE(reader->read(bytes));
        const auto decoded = decoder.decode(**header, bytes);
        REQUIRE(decoded);
        for (const RecordView& record : *decoded) {
          const std::string place = is_by_key ? "" : "@" + std::to_string(record.offset.value);
          const std::string key(record.key.value_or("null"));
          records.emplace_back(key, std::to_string(i) + place + " " +
                                        std::to_string(record.timestamp.ms) + " " + key + " " +
                                        std::string(record.value.value_or("null")) + " " +
                                        std::string(record.headers.encoded));
        }
      }
    }
    if (is_by_key) std::ranges::stable_sort(records, {}, [](const auto& r) { return r.first; });
    std::vector<std::string> texts;
    for (auto& [key, text] : records) texts.push_back(std::move(text));
    return texts;
  }
};

// The first record that differs.
std::string difference(const std::vector<std::string>& there,
                       const std::vector<std::string>& wanted) {
  const auto [a, b] = std::ranges::mismatch(there, wanted);
  if (a == there.end() && b == wanted.end()) return "";
  return std::to_string(there.size()) + " records of " + std::to_string(wanted.size()) + "; " +
         (a == there.end() ? "nothing" : *a) + " in place of " +
         (b == wanted.end() ? "nothing" : *b);
}

using Options = std::vector<std::string_view>;

struct Scenario {
  Options options;
  // Keys of updates are not those of the groups, so that tasks share the partitions of `out`. Then
  // there is an order within each key only.
  bool is_by_key = false;
};

std::vector<std::string> results_of(World& world, const Scenario& scenario) {
  return world.stored("out", scenario.is_by_key);
}

const std::vector<Scenario> scenarios = {
    {{"--tumble", "300ms", "--grace", "100ms", "-a", "n=count,s=sum(.v),l=last(.v)"}},
    {{"--hop", "400ms/200ms", "--grace", "50ms"}},
    {{"--session", "60ms", "--grace", "100ms", "-a", "n=count,x=list(9,.v)"}},
    {{"--session", "60ms", "--grace", "100ms", "--emit", "update"}, true},
    {{"-K", ".f", "--tumble", "300ms", "--grace", "100ms", "-a", "n=count,s=sum(.v),l=last(.v)"}},
    {{"-K", "", "--tumble", "300ms", "--grace", "100ms", "--top", "1:n"}},
    {{"-K", ".f", "--session", "60ms", "--grace", "100ms", "-a", "n=count,x=list(9,.v)"}},
    {{"--trailing", "200ms", "-a", "n=count,s=sum(.v)"}},
    {{"-K", ".f", "--trailing", "200ms", "--grace", "50ms", "-a", "n=count,s=sum(.v)"}},
    {{"--dedup", "100ms"}},
    {{"-K", ".f", "--dedup", "100ms", "--grace", "50ms"}},
    {{"-K", ".f", "--absent", "250ms", "--grace", "50ms"}},
    {{"--absent", "250ms", "--emit", "both"}, true},
    {{"--seq", ".type==\"a\"", "--then", ".type==\"b\"", "--within", "200ms", "--unmatched"}},
    {{"-K", ".f", "--seq", ".type==\"a\"", "--then", ".type==\"b\"", "--times", "2", "--within",
      "300ms", "--grace", "50ms", "--unmatched"}},
};

}  // namespace

TEST_CASE("windows of a group are the same, wherever their process dies") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  const auto chunks = make_chunks(seed, 5);
  for (std::size_t i = 0; i < scenarios.size(); i++) {
    CAPTURE(i);
    World whole(scenarios[i].options, seed);
    for (const auto& chunk : chunks) whole.append(chunk);
    whole.run();
    const auto out = results_of(whole, scenarios[i]);
    const auto late = whole.stored("late");
    CHECK(out.size() > 20);

    World calm(scenarios[i].options, seed);
    for (const auto& chunk : chunks) {
      calm.append(chunk);
      calm.run();
    }
    CHECK(difference(results_of(calm, scenarios[i]), out) == "");
    CHECK(difference(calm.stored("late"), late) == "");

    for (int round = 0; round < 4; round++) {
      CAPTURE(round);
      World world(scenarios[i].options, seed + static_cast<std::uint64_t>(round));
      for (const auto& chunk : chunks) {
        world.append(chunk);
        world.run_with_deaths(60);
      }
      CHECK(difference(results_of(world, scenarios[i]), out) == "");
      CHECK(difference(world.stored("late"), late) == "");
    }
  }
}

}  // namespace estream::tool
