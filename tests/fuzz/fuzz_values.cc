// The values of options: times, durations, sizes, counts, rates, positions, partitions. Any text is
// a good one, within its limits, or a usage error that says what to write.
#include <cstdlib>
#include <ctime>

#include "base/rfc3339.h"
#include "fuzz/fuzz.h"
#include "text/values.h"
#include "tool/arguments/setting_values.h"
#include "tool/arguments/write_values.h"
#include "topic/topic_json.h"

using namespace estream;
using namespace estream::fuzz;
using namespace estream::text;

namespace {

Mark time_read("values", "a time is accepted");
Mark duration_read("values", "a duration is accepted");
Mark size_read("values", "a size is accepted");
Mark rate_read("values", "a rate is accepted");
Mark position_read("values", "a position is accepted");
Mark partitions_read("values", "several partitions are accepted");
Mark setting_read("values", "a setting is accepted");
Mark ambiguous("values", "a local time that the clock did not show once is refused");

template <class T>
bool check(const Result<T>& result) {
  if (result) return true;
  PROPERTY(result.error().code == Error::Code::usage && !result.error().message.empty());
  return false;
}

void set_zone(std::size_t choice) {
  static const char* const zones[] = {"UTC",          "Europe/Berlin",       "America/St_Johns",
                                      "Pacific/Apia", "X25Y24,J1/0,J365/25", "",
                                      "<-13>13",      "no such zone"};
  static std::size_t current = SIZE_MAX;
  choice %= std::size(zones);
  if (choice == current) return;
  current = choice;
  setenv("TZ", zones[choice], 1);
  tzset();
}

// What is written with a zone is read as the same instant.
void check_time(std::string_view text, const TimeContext& context) {
  const auto time = parse_time(text, context);
  if (!check(time)) {
    if (time.error().message.find("the clock ") != std::string::npos) ambiguous.reach();
    return;
  }
  time_read.reach();
  const std::string written = rfc3339(time->ms);
  if (written.front() == '-' || written.front() == '+') return;
  const auto again = parse_time(written, context);
  PROPERTY(again && *again == *time);
}

void check_position(std::string_view text, const TimeContext& context) {
  const auto position = parse_position(text, context);
  if (!check(position)) return;
  position_read.reach();
  const Position::Kind kind = position->kind;
  const bool may_be_negative = kind == Position::Kind::time;
  PROPERTY(position->value >= 0 || may_be_negative);
  PROPERTY(!position->partition || *position->partition >= 0);
}

void check_partitions(std::string_view text) {
  const auto partitions = parse_partitions(text);
  if (!check(partitions)) return;
  if (partitions->size() > 1) partitions_read.reach();
  PROPERTY(!partitions->empty() && partitions->size() <= 100'000 && partitions->front() >= 0);
  PROPERTY(std::ranges::is_sorted(*partitions));
  PROPERTY(std::ranges::adjacent_find(*partitions) == partitions->end());
}

void check_amounts(std::string_view text) {
  const auto duration = parse_duration(text);
  if (check(duration)) {
    duration_read.reach();
    PROPERTY(duration->count() >= 0 && parse_duration(format_duration(*duration)).has_value());
  }
  const auto size = parse_size(text);
  if (check(size)) {
    size_read.reach();
    PROPERTY(*size >= 0 && !format_size(*size).empty() && !format_count(*size, "B", "B").empty());
  }
  const auto count = parse_count(text);
  if (check(count)) PROPERTY(*count >= 0);
  const auto rate = parse_rate(text);
  if (check(rate)) {
    rate_read.reach();
    PROPERTY(rate->amount > 0 && rate->per.count() > 0);
  }
}

void check_others(std::string_view text) {
  const auto key_value = parse_key_value(text);
  if (check(key_value)) PROPERTY(key_value->key + "=" + key_value->value == text);
  const auto delimiter = parse_delimiter(text);
  if (check(delimiter)) PROPERTY(!delimiter->empty() && delimiter->size() <= text.size());
  const auto setting = tool::parse_topic_setting(text);
  if (check(setting)) {
    setting_read.reach();
    topic::TopicConfig config;
    const auto changed = topic::change_settings(config, {&*setting, 1});
    if (check(changed)) PROPERTY(topic::parse_topic_config(topic::to_json(config)).has_value());
  }
  check(tool::parse_share(text));
  check(tool::parse_sync(text));
  check(tool::parse_compression(text));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Recipe recipe(data, size);
  const std::uint8_t how = recipe.byte();
  set_zone(how >> 1);
  const auto zone = (how & 1) != 0 ? Zone::utc : Zone::local;
  const TimeContext context = {{recipe.number<std::int64_t>() >> 16}, zone};
  const std::string_view text = recipe.rest_text();
  check_time(text, context);
  check_position(text, context);
  check_partitions(text);
  check_amounts(text);
  check_others(text);
  return 0;
}
