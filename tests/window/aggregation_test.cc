#include "window/aggregation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "support/seed.h"
#include "window/random_numbers.h"

namespace estream::window {

// One event with the values of all arguments; an empty text is none.
struct AggregatedEvent {
  std::vector<std::string> values;
  EventOrder order;
};

static Argument argument(const std::string& json) {
  Argument value;
  if (json.empty()) return value;
  value.json = json;
  value.kind = Argument::Kind::other;
  if (json[0] != '-' && (json[0] < '0' || json[0] > '9')) return value;
  value.kind = Argument::Kind::number;
  value.number = Quantity::parse(json);
  return value;
}

static Aggregation parsed(std::string_view text) {
  ArgumentPlan plan;
  auto aggregation = Aggregation::parse(text, plan);
  REQUIRE_MESSAGE(aggregation.has_value(), aggregation.error().message);
  return *aggregation;
}

// A block of states, and the events as rows.
class Block {
 public:
  explicit Block(const Aggregation& aggregation)
      : aggregation_(&aggregation), words_((aggregation.state_bytes() + 7) / 8) {
    aggregation_->begin(state());
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() { aggregation_->end(state()); }

  std::byte* state() { return reinterpret_cast<std::byte*>(words_.data()); }

  bool add(const AggregatedEvent& event) {
    return with_row(event, [this](const Row& row) { return aggregation_->add(state(), row); });
  }
  void remove(const AggregatedEvent& event) {
    with_row(event, [this](const Row& row) {
      aggregation_->remove(state(), row);
      return true;
    });
  }
  void add_all(std::span<const AggregatedEvent> events) {
    for (const AggregatedEvent& event : events) add(event);
  }
  void merge(Block& other) { aggregation_->merge(state(), other.state()); }

  std::string fields() {
    std::string line;
    aggregation_->append_fields(line, state());
    return line;
  }
  std::string saved() {
    std::string bytes;
    aggregation_->save(bytes, state());
    return bytes;
  }
  bool load(std::string_view& bytes) { return aggregation_->load(state(), bytes); }

  // As owners of blocks do it.
  void move() {
    std::vector<std::uint64_t> other(words_.size());
    std::memcpy(other.data(), words_.data(), words_.size() * 8);
    std::ranges::fill(words_, 0xDEAD);
    words_ = std::move(other);
  }

 private:
  template <class Use>
  bool with_row(const AggregatedEvent& event, const Use& use) {
    std::vector<Argument> arguments;
    for (const std::string& value : event.values) arguments.push_back(argument(value));
    Row row;
    row.source = event.order.source;
    row.offset = event.order.offset;
    row.time = event.order.time;
    row.arguments = arguments;
    return use(row);
  }

  const Aggregation* aggregation_;
  std::vector<std::uint64_t> words_;
};

static std::string fields_of(std::string_view text, const std::vector<std::string>& values) {
  const Aggregation aggregation = parsed(text);
  Block block(aggregation);
  std::int64_t offset = 0;
  for (const std::string& value : values) {
    block.add({{value}, {.time = {1}, .source = 0, .offset = {offset++}}});
  }
  return block.fields();
}

static constexpr std::string_view all_functions =
    "n=count,c=count(.x),sum=sum(.x),mean=mean(.x),min=min(.x),max=max(.x),sd=stddev(.x),"
    "p50=p50(.x),p99=p99(.x),f=first(.x),l=last(.x),d=distinct(.x),t=top(3,.x),li=list(4,.x)";

TEST_CASE("all functions of a few values") {
  CHECK(fields_of("n=count, avg=mean(.t), p95=p95(.t)", {"22", "21.4"}) ==
        R"(,"n":2,"avg":21.7,"p95":22.0)");
  CHECK(fields_of("total=sum(.amount)", {"312.50", "937.5"}) == R"(,"total":1250.00)");
  CHECK(fields_of(all_functions, {"2", "\"x\"", "1.50", "", "1e1", "true", "2.0"}) ==
        R"(,"n":7,"c":6,"sum":15.50,"mean":3.875,"min":1.50,"max":10.00,"sd":4.090130397269342)"
        R"(,"p50":2.00,"p99":10.00,"f":2,"l":2.0,"d":5,"t":[1e1,2,2.0],"li":[2,"x",1.50,1e1])");
}

TEST_CASE("of no values there is nothing to tell") {
  CHECK(fields_of(all_functions, {}) ==
        R"(,"n":0,"c":0,"sum":0,"mean":null,"min":null,"max":null,"sd":null)"
        R"(,"p50":null,"p99":null,"f":null,"l":null,"d":0,"t":[],"li":[])");
}

TEST_CASE("add says whether each aggregate took the event") {
  const Aggregation aggregation = parsed("n=count,s=sum(.x),d=distinct(.y)");
  Block block(aggregation);
  CHECK(block.add({{"1", "\"a\""}, {}}));
  CHECK_FALSE(block.add({{"\"1\"", "\"a\""}, {}}));
  CHECK_FALSE(block.add({{"1", ""}, {}}));
  CHECK(block.fields() == R"(,"n":3,"s":2,"d":1)");
}

TEST_CASE("expressions are planned once, with their JSON if one function wants it") {
  ArgumentPlan plan;
  REQUIRE(Aggregation::parse("a=sum(.x),b=mean( .x ),c=max(.y)", plan).has_value());
  REQUIRE(Aggregation::parse("a=top(3,.y),b=p50(.z)", plan).has_value());
  REQUIRE(plan.entries.size() == 3);
  CHECK(plan.entries[0].expression == ".x");
  CHECK_FALSE(plan.entries[0].wants_json);
  CHECK(plan.entries[1].expression == ".y");
  CHECK(plan.entries[1].wants_json);
  CHECK(plan.entries[2].expression == ".z");
  CHECK_FALSE(plan.entries[2].wants_json);
}

TEST_CASE("two aggregations become one") {
  ArgumentPlan plan;
  Aggregation whole = *Aggregation::parse("n=count,p50=p50(.x)", plan);
  const std::size_t alone = whole.state_bytes();
  REQUIRE(whole.append(*Aggregation::parse("m=max(.x),p99=p99(.x)", plan)).has_value());
  CHECK(whole.names() == std::vector<std::string>{"n", "p50", "m", "p99"});
  // Percentiles of one expression keep its values once.
  CHECK(whole.state_bytes() == alone + parsed("m=max(.x)").state_bytes());
  Block block(whole);
  for (const char* value : {"1", "2", "3"}) block.add({{value}, {}});
  CHECK(block.fields() == R"(,"n":3,"p50":2,"m":3,"p99":3)");

  const auto twice = whole.append(*Aggregation::parse("m=min(.x)", plan));
  REQUIRE_FALSE(twice.has_value());
  CHECK(twice.error().code == Error::Code::usage);
  CHECK(twice.error().message == "the name m is there twice");
}

TEST_CASE("no aggregates have no fields and no state") {
  const Aggregation none;
  CHECK(none.state_bytes() == 0);
  CHECK(none.is_reversible());
  Block block(none);
  CHECK(block.add({{}, {}}));
  CHECK(block.fields().empty());
}

TEST_CASE("the usual states are small") {
  CHECK(parsed("n=count").state_bytes() == 8);
  CHECK(parsed("n=count,avg=mean(.x)").state_bytes() <= 72);
  CHECK(parsed("lo=min(.x),hi=max(.x)").state_bytes() <= 80);
  CHECK(parsed("total=sum(.x)").state_bytes() <= 112);
}

TEST_CASE("estimates are named at the end of the line") {
  std::vector<std::string> values;
  for (int i = 0; i < 4096; i++) values.push_back(std::to_string(i));
  constexpr std::string_view text = "p95=p95(.x),n=count,u=distinct(.x),p1=p1(.x)";
  CHECK(fields_of(text, values).find('~') == std::string::npos);
  values.push_back("4096");
  CHECK(fields_of(text, values).ends_with(R"(,"~":["p95","u","p1"])"));
  values.back() = "1.0";
  CHECK(fields_of(text, values).ends_with(R"(,"~":["p95","p1"])"));
}

// Values of all kinds; some of them again and again.
static std::vector<AggregatedEvent> random_events(RandomNumbers& random, std::size_t count) {
  std::vector<AggregatedEvent> events;
  const bool has_doubles = random.below(3) == 0;
  for (std::size_t i = 0; i < count; i++) {
    std::string value;
    const std::uint64_t kind = random.below(10);
    if (kind < 4) value = random.decimal();
    if (kind >= 4 && kind < 7) value = std::to_string(random.below(9)) + ".50";
    if (kind == 7) value = has_doubles ? std::to_string(random.below(99)) + "e-30" : "-0.0";
    if (kind == 8) value = random.below(2) == 0 ? "\"text\"" : R"({"a":[1,2]})";
    events.push_back({{value},
                      {.time = {static_cast<std::int64_t>(random.below(20))},
                       .source = static_cast<std::uint32_t>(random.below(3)),
                       .offset = {static_cast<std::int64_t>(i)}}});
  }
  return events;
}

TEST_CASE("results depend on the events alone, in any order and from any parts") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  const Aggregation aggregation = parsed(all_functions);
  for (int round = 0; round < 120; round++) {
    const std::size_t count = round % 40 == 0 ? 6000 : random.below(60);
    std::vector<AggregatedEvent> events = random_events(random, count);
    Block whole(aggregation);
    whole.add_all(events);

    std::ranges::shuffle(events, random.engine());
    Block shuffled(aggregation);
    shuffled.add_all(events);
    shuffled.move();
    CHECK(shuffled.fields() == whole.fields());
    CHECK(shuffled.saved() == whole.saved());

    Block merged(aggregation);
    for (std::size_t begin = 0; begin < events.size();) {
      const std::size_t size = std::min(random.below(count) + 1, events.size() - begin);
      Block part(aggregation);
      part.add_all(std::span(events).subspan(begin, size));
      merged.merge(part);
      CHECK(part.fields().size() > 0);
      begin += size;
    }
    CHECK(merged.fields() == whole.fields());
    CHECK(merged.saved() == whole.saved());
  }
}

TEST_CASE("an event that is taken out was never there") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  const Aggregation aggregation = parsed("n=count,c=count(.x),s=sum(.x),m=mean(.x)");
  CHECK(aggregation.is_reversible());
  CHECK_FALSE(parsed("n=count,m=max(.x)").is_reversible());
  for (int round = 0; round < 300; round++) {
    const std::vector<AggregatedEvent> events = random_events(random, random.below(40) + 1);
    const std::size_t gone = random.below(events.size());
    Block sliding(aggregation);
    sliding.add_all(events);
    for (std::size_t i = 0; i < gone; i++) sliding.remove(events[i]);
    Block fresh(aggregation);
    fresh.add_all(std::span(events).subspan(gone));
    CHECK(sliding.fields() == fresh.fields());
    CHECK(sliding.saved() == fresh.saved());
  }
}

TEST_CASE("a saved state comes back, with what stands behind it untouched") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  const Aggregation aggregation = parsed(all_functions);
  for (int round = 0; round < 60; round++) {
    const std::size_t count = round % 30 == 0 ? 6000 : random.below(60);
    const std::vector<AggregatedEvent> events = random_events(random, count);
    const std::size_t half = events.size() / 2;
    Block first(aggregation);
    first.add_all(std::span(events).first(half));
    const std::string bytes = first.saved() + "behind";
    std::string_view rest = bytes;
    Block second(aggregation);
    REQUIRE(second.load(rest));
    CHECK(rest == "behind");
    CHECK(second.fields() == first.fields());

    first.add_all(std::span(events).subspan(half));
    second.add_all(std::span(events).subspan(half));
    CHECK(second.fields() == first.fields());
    CHECK(second.saved() == first.saved());
  }
}

// Damage that could be a state is taken; then the state is that of these bytes.
static void try_to_load(const Aggregation& aggregation, std::string_view bytes,
                        std::string_view empty_fields) {
  Block block(aggregation);
  std::string_view rest = bytes;
  if (block.load(rest)) {
    CHECK(block.saved() == bytes.substr(0, bytes.size() - rest.size()));
    Block twice(aggregation);
    twice.merge(block);
    twice.merge(block);
    CHECK_FALSE(twice.fields().empty());
  } else {
    CHECK(rest == bytes);
    CHECK(block.fields() == empty_fields);
  }
}

TEST_CASE("damaged states are refused or taken whole, and do no harm") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  const Aggregation aggregation = parsed(all_functions);
  Block empty(aggregation);
  const std::string empty_fields = empty.fields();
  for (int round = 0; round < 20; round++) {
    Block block(aggregation);
    block.add_all(random_events(random, random.below(30)));
    const std::string bytes = block.saved();
    for (std::size_t size = 0; size < bytes.size(); size++) {
      try_to_load(aggregation, std::string_view(bytes).substr(0, size), empty_fields);
    }
    for (int i = 0; i < 300; i++) {
      std::string damaged = bytes;
      for (std::uint64_t flips = random.below(3) + 1; flips > 0; flips--) {
        damaged[random.below(damaged.size())] ^= static_cast<char>(1 << random.below(8));
      }
      try_to_load(aggregation, damaged, empty_fields);
    }
    std::string noise(random.below(400), '\0');
    for (char& byte : noise) byte = static_cast<char>(random.below(256));
    try_to_load(aggregation, noise, empty_fields);
  }
}

TEST_CASE("damaged sketches are refused or taken whole, and do no harm") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  const Aggregation aggregation = parsed("p=p50(.x),q=p999(.x)");
  Block block(aggregation);
  for (int i = 0; i < 5000; i++) block.add({{random.decimal()}, {}});
  const std::string bytes = block.saved();
  for (int i = 0; i < 2000; i++) {
    std::string damaged = bytes;
    damaged[random.below(damaged.size())] ^= static_cast<char>(1 << random.below(8));
    try_to_load(aggregation, damaged, R"(,"p":null,"q":null)");
  }
}

}  // namespace estream::window
