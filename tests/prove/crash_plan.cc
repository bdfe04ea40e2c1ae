#include "prove/crash_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>

namespace estream::prove::crash {

namespace {

using log::SyncLevel;

// Batches as small as can be, as large as five pages, and on both sides of sectors and pages.
constexpr std::size_t sizes[] = {61,    333,  1021, 4097, 511,  8191, 129, 2049,
                                 20477, 700,  4095, 1533, 9289, 95,   513, 6143,
                                 77,    3001, 205,  5973, 1025, 4609, 367, 5119};
constexpr std::size_t fixed_batches = 12;  // Of each producer.
constexpr std::size_t record_overhead_bytes = 10;
constexpr std::size_t batch_overhead_bytes = 61;

constexpr std::array<std::array<SyncLevel, producer_count>, level_names.size()> levels_of = {
    {{SyncLevel::interval, SyncLevel::batch},
     {SyncLevel::interval, SyncLevel::interval},
     {SyncLevel::batch, SyncLevel::batch},
     {SyncLevel::none, SyncLevel::none}}};

class Planner {
 public:
  Planner(Plan& plan, std::uint64_t seed) : plan_(plan), random_(seed), is_fixed_(seed == 0) {}

  void make() {
    plan_.segment_bytes = is_fixed_ ? 16'000 : 2'000 + static_cast<std::int64_t>(below(24'000));
    make_batches();
    if (is_fixed_) return make_fixed_tasks();
    make_random_tasks();
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  std::string text(std::size_t size) {
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>('!' + below(90));
    return text;
  }

  // About one of ten is without a key, and one of seven deletes its key.
  Event event(std::size_t producer, std::size_t size) {
    Event event = {.producer = producer};
    if (below(10) != 0) event.key = fmt::format("k{}", below(9));
    if (!event.key || below(7) != 0) {
      event.value = fmt::format("{}:{}", number_++, text(size > 4 ? size - 4 : 0));
    }
    clock_ms_ += static_cast<std::int64_t>(below(40));
    event.time_ms = clock_ms_ - static_cast<std::int64_t>(below(15));
    return event;
  }

  EventBatch batch(std::size_t producer, std::size_t size_bytes) {
    const std::size_t room =
        size_bytes > batch_overhead_bytes ? size_bytes - batch_overhead_bytes : 0;
    const std::size_t count = 1 + below(std::min<std::size_t>(5, 1 + room / 30));
    EventBatch events;
    for (std::size_t i = 0; i < count; i++) {
      const std::size_t share = room / count;
      events.push_back(
          event(producer, share > record_overhead_bytes ? share - record_overhead_bytes : 0));
    }
    return events;
  }

  std::size_t random_size() {
    const std::size_t most = std::size_t{61} << below(9);
    return std::min<std::size_t>(61 + below(most), 20'480) | 1;
  }

  void make_batches() {
    const std::size_t count = is_fixed_ ? fixed_batches : 6 + below(8);
    for (std::size_t i = 0; i < count * producer_count; i++) {
      const std::size_t producer = i % producer_count;
      const std::size_t size = is_fixed_ ? sizes[i] : random_size();
      plan_.batches.at(producer).push_back(batch(producer, size));
    }
  }

  void make_fixed_tasks() {
    using enum Task::Kind;
    plan_.tasks = {
        {append, 0},  {append, 1},  {append, 0},  {commit},    {sync, 0},    {append, 1},
        {append, 0},  {append, 0},  {append, 1},  {sync, 0},   {commit},     {append, 1},
        {restart, 1}, {append, 0},  {append, 1},  {append, 1}, {lose_index}, {append, 0},
        {sync, 1},    {seal},       {compact, 0}, {commit},    {append, 1},  {sync, 0},
        {append, 0},  {restart, 0}, {retain},     {append, 0}, {append, 1},  {sync, 0},
        {seal},       {compact, 1}, {commit},     {append, 0}, {append, 1},  {sync, 1},
        {append, 0},  {append, 1},
    };
  }

  void make_random_tasks() {
    using enum Task::Kind;
    constexpr Task::Kind others[] = {sync, sync,   sync,    restart, commit,
                                     seal, retain, compact, compact, lose_index};
    const std::size_t batches = plan_.batches[0].size() * producer_count;
    for (std::size_t i = 0; i < batches; i++) {
      plan_.tasks.push_back({append, below(producer_count)});
      if (below(2) == 0) continue;
      const Task::Kind kind = others[below(std::size(others))];
      plan_.tasks.push_back({kind, below(producer_count)});
    }
  }

  Plan& plan_;
  std::mt19937_64 random_;
  bool is_fixed_;
  std::int64_t number_ = 0;
  std::int64_t clock_ms_ = 1000;
};

}  // namespace

std::string plan_name(const char* levels, std::uint64_t seed) {
  return fmt::format("{}.{}", levels, seed);
}

std::optional<Plan> plan_named(const std::string& name) {
  for (std::size_t i = 0; i < level_names.size(); i++) {
    const std::string prefix = std::string(level_names.at(i)) + ".";
    if (!name.starts_with(prefix)) continue;
    std::uint64_t seed = 0;
    const char* end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + prefix.size(), end, seed);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    Plan plan = {.name = name, .levels = levels_of.at(i)};
    Planner(plan, seed).make();
    return plan;
  }
  return std::nullopt;
}

}  // namespace estream::prove::crash
