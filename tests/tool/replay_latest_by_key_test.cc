#include "tool/replay/latest_by_key.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "read/read_pipeline.h"
#include "support/replay_inputs.h"
#include "support/seed.h"
#include "tool/replay/state_run.h"

using namespace estream;
using namespace estream::tool;
using namespace estream::read;

namespace {

using Strings = std::vector<std::string>;

struct Machine : io::MemorySystem {
  Machine() { make_directory_at(current_directory(), "tmp", 0777); }
};

// The state as `run` writes it, or what went wrong.
Result<Strings> state_of(io::System& system, StateRun& run) {
  const EndCondition never(system, std::nullopt);
  Strings texts;
  const bool is_read = TRY(run.collect(never));
  REQUIRE(is_read);
  const bool is_written = TRY(
      run.write(never, [&texts](const BatchWork&, const OutputPiece* next, const OutputPiece* end) {
        for (; next != end; next++) texts.emplace_back(next->view());
        return true;
      }));
  REQUIRE(is_written);
  return texts;
}

Strings state_of(io::System& system, const ReplayInput& input, const StateOptions& options) {
  StateRun run(system, input, options);
  const auto texts = state_of(system, run);
  if (!texts) FAIL(texts.error().message);
  CHECK(run.keys() == std::ssize(*texts));
  return *texts;
}

std::string error_of(io::System& system, const ReplayInput& input, const StateOptions& options) {
  StateRun run(system, input, options);
  const auto texts = state_of(system, run);
  return texts ? "no error" : texts.error().message;
}

// A record and what has to be known of it to say where it is in the order of all.
struct Written {
  std::string topic;
  std::int32_t partition = 0;
  TestRecord record;
};

// The order of a merge by time, one record at a time.
std::vector<Written> merged(const std::vector<std::vector<Written>>& sources) {
  std::vector<Written> order;
  std::vector<std::size_t> next(sources.size(), 0);
  for (;;) {
    const std::vector<Written>* best = nullptr;
    std::size_t best_index = 0;
    for (std::size_t i = 0; i < sources.size(); i++) {
      if (next[i] == sources[i].size()) continue;
      if (best && sources[i][next[i]].record.time_ms >= (*best)[next[best_index]].record.time_ms) {
        continue;
      }
      best = &sources[i];
      best_index = i;
    }
    if (best == nullptr) return order;
    order.push_back((*best)[next[best_index]++]);
  }
}

// What the state of the first `count` records is, told by its values.
Strings model_state(const std::vector<Written>& order, std::size_t count, Deleted deleted) {
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  std::vector<std::optional<std::string>> values;
  for (std::size_t i = 0; i < std::min(count, order.size()); i++) {
    const auto [place, is_new] =
        places.emplace(std::pair(order[i].topic, *order[i].record.key), values.size());
    if (is_new) values.emplace_back();
    values[place->second] = order[i].record.value;
  }
  Strings texts;
  for (const auto& value : values) {
    if (value || deleted == Deleted::included) texts.push_back(value.value_or(""));
  }
  return texts;
}

// Two topics of random records, and the same in the order in which a merge gives them.
class History {
 public:
  History(io::System& system, std::mt19937_64& random)
      : left_(system, "left", partitions), right_(system, "right", partitions) {
    const std::uint64_t keys = 1 + random() % 400;
    const std::uint64_t tombstones = 2 + random() % 10;
    std::vector<std::vector<Written>> sources(std::size_t{2} * partitions);
    for (std::size_t i = 0; i < sources.size(); i++) {
      TestTopic& topic = i < partitions ? left_ : right_;
      const auto partition = static_cast<std::int32_t>(i % partitions);
      for (std::uint64_t batch = random() % 8; batch > 0; batch--) {
        std::vector<TestRecord> records;
        for (std::uint64_t left = 1 + random() % 60; left > 0; left--) {
          TestRecord record = {.time_ms = static_cast<std::int64_t>(1000 + random() % 500),
                               .value = {},
                               .key = "k" + std::to_string(random() % keys)};
          if (random() % tombstones != 0) record.value = std::to_string(++number_);
          records.push_back(record);
          sources[i].push_back({i < partitions ? "left" : "right", partition, record});
        }
        topic.append(partition, records);
      }
    }
    order_ = merged(sources);
  }

  ReplayInput input() const { return replay_input({{&left_, partitions}, {&right_, partitions}}); }
  const std::vector<Written>& order() const { return order_; }

 private:
  static constexpr int partitions = 3;
  TestTopic left_;
  TestTopic right_;
  int number_ = 0;
  std::vector<Written> order_;
};

}  // namespace

TEST_CASE("the state equals a model on random histories, in whatever memory") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 60; round++) {
    CAPTURE(round);
    Machine system;
    const History history(system, random);
    StateOptions options;
    options.temporary_directory = "tmp";
    options.memory_bytes = round % 3 == 0 ? 1 << 20 : random() % 8000;
    if (random() % 2 == 0) options.deleted = Deleted::included;
    std::size_t count = history.order().size();
    if (random() % 2 == 0) {
      count = random() % (count + 2);
      options.latest.records_max = static_cast<std::int64_t>(count);
    }
    CHECK(state_of(system, history.input(), options) ==
          model_state(history.order(), count, options.deleted));
    CHECK(system.open_descriptors() <= 2);  // The topics of the test.
  }
}

TEST_CASE("a state is written without a temporary file when it fits, and with one when not") {
  Machine system;
  TestTopic topic(system, "t", 1);
  std::vector<TestRecord> records;
  for (int i = 0; i < 1000; i++) records.push_back({1, std::to_string(i), std::to_string(i)});
  topic.append(0, records);
  const ReplayInput input = replay_input({{&topic, 1}});
  const std::int64_t before = system.changes();
  CHECK(state_of(system, input, {.temporary_directory = "tmp"}).size() == 1000);
  CHECK(system.changes() == before);
  CHECK(state_of(system, input, {.memory_bytes = 1000, .temporary_directory = "tmp"}).size() ==
        1000);
  CHECK(system.changes() > before);
}

TEST_CASE("keys may come from a field of the value, as produce -K takes them") {
  Machine system;
  TestTopic topic(system, "t", 1);
  topic.append(0, {{1, R"({"user":7,"n":1})", "x"},
                   {2, R"({"user":"7","n":2})", "y"},
                   {3, R"({"user":"\u0037","n":3})", std::nullopt},
                   {4, R"({"user":true})", "x"}});
  StateOptions options;
  options.latest.key_path = *json::parse_path(".user");
  CHECK(state_of(system, replay_input({{&topic, 1}}), options) ==
        Strings{R"({"user":"\u0037","n":3})", R"({"user":true})"});
}

TEST_CASE("a tombstone has no fields and deletes its own key") {
  Machine system;
  TestTopic topic(system, "t", 1);
  topic.append(0, {{1, R"({"user":"a"})", "a"}, {2, R"({"user":"b"})", "b"}});
  topic.append(0, {{3, std::nullopt, "a"}});
  StateOptions options;
  options.latest.key_path = *json::parse_path(".user");
  const ReplayInput input = replay_input({{&topic, 1}});
  CHECK(state_of(system, input, options) == Strings{R"({"user":"b"})"});
  options.deleted = Deleted::included;
  CHECK(state_of(system, input, options) == Strings{"", R"({"user":"b"})"});
}

TEST_CASE("a record without a key is named, unless such records are to be left out") {
  Machine system;
  TestTopic topic(system, "t", 2);
  topic.append(1, {{1, "1", "a"}, {2, "2", std::nullopt}, {3, "3", "a"}});
  const ReplayInput input = replay_input({{&topic, 2}});
  StateOptions options;
  const std::string message = error_of(system, input, options);
  CHECK(message.starts_with("t/1@1: has no key; give -K PATH"));
  options.latest.keyless = Keyless::left_out;
  CHECK(state_of(system, input, options) == Strings{"3"});
  options.latest.records_max = 2;  // The one without a key is one of them.
  CHECK(state_of(system, input, options) == Strings{"1"});
}

TEST_CASE("what has no key at the path, and what is no JSON, is named") {
  Machine system;
  TestTopic topic(system, "t", 1);
  topic.append(0, {{1, R"({"user":1})"}, {2, R"({"other":1})"}});
  TestTopic text(system, "text", 1);
  text.append(0, {{1, "hello"}});
  StateOptions options;
  options.latest.key_path = *json::parse_path(".user");
  CHECK(error_of(system, replay_input({{&topic, 1}}), options) == "t/0@1: has no key at .user");
  CHECK(error_of(system, replay_input({{&text, 1}}), options).starts_with("text/0@0: not JSON"));
  options.latest.keyless = Keyless::left_out;
  CHECK(state_of(system, replay_input({{&text, 1}}), options).empty());
}

TEST_CASE("only what the window and the selection let through takes part") {
  Machine system;
  TestTopic topic(system, "t", 1);
  topic.append(0, {{10, "1", "a"}, {20, "2", "b"}, {30, "3", "a"}, {40, "4", "c"}});
  ReplayInput input = replay_input({{&topic, 1}});
  input.plan.sources[0].window.times.until = Timestamp{30};
  CHECK(state_of(system, input, {}) == Strings{"1", "2"});
  input = replay_input({{&topic, 1}});
  input.plan.selection.key = "a";
  CHECK(state_of(system, input, {}) == Strings{"3"});
}

TEST_CASE("the records look as the shape says, with their own places") {
  Machine system;
  TestTopic topic(system, "t", 2);
  topic.append(0, {{1, "1", "a"}, {3, "3", "b"}});
  topic.append(1, {{2, R"({"x":2})", "c"}});
  const ReplayInput input = replay_input({{&topic, 2}}, RecordShape::Kind::envelope);
  CHECK(state_of(system, input, {}) ==
        Strings{R"({"topic":"t","partition":0,"offset":0,"ts":1,"key":"a","headers":[],"value":1})",
                R"({"topic":"t","partition":1,"offset":0,"ts":2,"key":"c","headers":[],)"
                R"("value":{"x":2}})",
                R"({"topic":"t","partition":0,"offset":1,"ts":3,"key":"b","headers":[],)"
                R"("value":3})"});
}

TEST_CASE("a record that must not be printed is an error at its turn") {
  Machine system;
  TestTopic topic(system, "t", 1);
  topic.append(0, {{1, "1", "a"}, {2, "two\nlines", "b"}});
  ReplayInput input = replay_input({{&topic, 1}});
  input.plan.shape.delimiter_in_value = DelimiterInValue::error;
  CHECK(error_of(system, input, {}).starts_with("t/0@1: the value contains the delimiter"));
  input.plan.shape.delimiter_in_value = DelimiterInValue::json;
  CHECK(state_of(system, input, {}) == Strings{"1", R"("two\nlines")"});
}

TEST_CASE("a record that is gone at the second reading means that one has to run again") {
  Machine system;
  TestTopic topic(system, "t", 2);
  TestTopic compacted(system, "compacted", 1);
  topic.append(0, {{1, "1", "a"}});
  topic.append(1, {{2, "2", "b"}});
  ReplayInput input = replay_input({{&topic, 2}});
  int openings = 0;
  const auto open = input.open;
  input.open = [&]() -> Result<std::vector<PartitionSource>> {
    auto sources = open();
    // The second time an empty log is at the place of the first partition.
    if (++openings == 2) {
      PartitionSource other = compacted.source(0);
      sources->front().reader = std::move(other.reader);
    }
    return sources;
  };
  StateRun run(system, input, {});
  const auto texts = state_of(system, run);
  REQUIRE(!texts);
  CHECK(texts.error().code == Error::Code::busy);
  CHECK(texts.error().message == "t/0@0: changed while it was read; run again");
}

TEST_CASE("a topic that is gone at the second reading means that one has to run again") {
  Machine system;
  TestTopic topic(system, "t", 1);
  topic.append(0, {{1, "1", "a"}});
  ReplayInput input = replay_input({{&topic, 1}});
  input.plan.sources[0].topic = "gone";
  CHECK(error_of(system, input, {}) == "gone/0: changed while it was read; run again");
}

TEST_CASE("whoever wants no more gets no more") {
  Machine system;
  TestTopic topic(system, "t", 2);
  topic.append(0, {{1, "1", "a"}, {3, "3", "b"}});
  topic.append(1, {{2, "2", "c"}, {4, "4", "d"}});
  const ReplayInput input = replay_input({{&topic, 2}});
  StateRun run(system, input, {});
  const EndCondition never(system, std::nullopt);
  REQUIRE(*run.collect(never));
  int calls = 0;
  REQUIRE(run.write(never, [&calls](const BatchWork&, const OutputPiece*, const OutputPiece*) {
    return ++calls < 2;
  }));
  CHECK(calls == 2);
}
