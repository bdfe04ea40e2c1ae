#include "text/position.h"

#include <algorithm>
#include <limits>

#include "text/parsing.h"

namespace estream::text {

namespace {

constexpr std::string_view position_how_to =
    "write earliest, latest, an offset, +N, -N or @TIME, with PARTITION= before it for one "
    "partition";
constexpr std::string_view partitions_how_to = "write partitions as 0,2,5-7";
constexpr std::size_t partitions_max = 100'000;

std::optional<std::int32_t> parse_partition(std::string_view text) {
  const std::optional<std::int64_t> number = parse_whole(text);
  if (!number || *number > std::numeric_limits<std::int32_t>::max()) return {};
  return static_cast<std::int32_t>(*number);
}

Result<Position> parse_time_position(std::string_view text, const TimeContext& context) {
  const bool is_unix_time = text.size() > 1 && text[1] >= '0' && text[1] <= '9' &&
                            text.find_first_not_of("0123456789.", 1) == std::string_view::npos;
  const Timestamp time = TRY(parse_time(is_unix_time ? text : text.substr(1), context));
  return Position{.kind = Position::Kind::time, .value = time.ms};
}

// What to write for positions of kcat and rpk, and for any other text that is none.
std::string_view how_to_write(std::string_view text) {
  if (text == "beginning" || text == "start") return "write earliest";
  if (text == "end") return "write latest";
  if (text.starts_with("s@")) return "write @TIME, or -S TIME";
  if (text.starts_with("e@")) return "write -U TIME, which ends before that time";
  const bool is_range =
      text.ends_with(":end") || text.find_first_not_of("0123456789:") == text.npos;
  if (is_range && text.find(':') != text.npos) return "write -o BEGIN --to END";
  return position_how_to;
}

Result<Position> parse_place(std::string_view text, const TimeContext& context) {
  if (text == "earliest") return Position{.kind = Position::Kind::earliest};
  if (text == "latest") return Position{.kind = Position::Kind::latest};
  if (text.starts_with('@')) return parse_time_position(text, context);

  const bool is_signed = text.starts_with('+') || text.starts_with('-');
  const std::optional<std::int64_t> number = parse_whole(text.substr(is_signed ? 1 : 0));
  if (!number && parse_time(text, context)) {
    return refused(text, "is a time; write @" + std::string(text));
  }
  if (!number) return unclear(text, how_to_write(text));
  const Position::Kind kind = !is_signed       ? Position::Kind::absolute
                              : text[0] == '+' ? Position::Kind::from_start
                                               : Position::Kind::from_end;
  return Position{.kind = kind, .value = *number};
}

// One item of a list, N or N-M.
Result<void> add_partitions(std::string_view text, std::string_view item,
                            std::vector<std::int32_t>& partitions) {
  const std::size_t dash = item.find('-');
  const auto first = parse_partition(item.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_partition(item.substr(dash + 1));
  if (!first || !last || *last < *first) return unclear(text, partitions_how_to);
  const auto count = static_cast<std::size_t>(*last - *first) + 1;
  if (count > partitions_max - partitions.size()) {
    return refused(text, "is more than 100000 partitions; write fewer");
  }
  for (std::size_t i = 0; i < count; i++) {
    partitions.push_back(*first + static_cast<std::int32_t>(i));
  }
  return {};
}

}  // namespace

Result<Position> parse_position(std::string_view text, const TimeContext& context) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return parse_place(text, context);
  const std::optional<std::int32_t> partition = parse_partition(text.substr(0, equals));
  if (!partition) return unclear(text, position_how_to);
  Position position = TRY(parse_place(text.substr(equals + 1), context));
  position.partition = partition;
  return position;
}

Result<std::vector<std::int32_t>> parse_partitions(std::string_view text) {
  std::vector<std::int32_t> partitions;
  for (std::string_view rest = text;;) {
    const std::size_t comma = rest.find(',');
    TRY(add_partitions(text, rest.substr(0, comma), partitions));
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  std::ranges::sort(partitions);
  partitions.erase(std::unique(partitions.begin(), partitions.end()), partitions.end());
  return partitions;
}

}  // namespace estream::text
