#include "prove/schedules_output.h"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <optional>
#include <string_view>

namespace estream::prove::interleave {

namespace {

constexpr int records_of_event = 3;
constexpr std::string_view prefix = "out-";

bool is_output(const std::string& value) { return value.starts_with(prefix); }

struct Piece {
  std::int64_t number = 0;  // Of the record, among all records of the output.
  std::string stamp;
};

// Nothing for a record of somebody else.
std::optional<Piece> piece_of(const std::string& value) {
  if (!is_output(value)) return std::nullopt;
  Piece piece;
  const std::size_t colon = value.find(':');
  std::from_chars(value.data() + prefix.size(), value.data() + colon, piece.number);
  piece.stamp = value.substr(colon + 1);
  return piece;
}

// No offset is given twice, so the end of the log tells how much was appended. Of others, that is
// known but for what one of them was about to append when it was killed: one batch, which is
// smaller than one of the group.
void judge_amount(const FinalLog& log, const DoneEvents& done, History& history) {
  const auto is_foreign = [](const std::string& value) { return !is_output(value); };
  const std::int64_t least = log.end - history.count_attempted(is_foreign);
  const std::int64_t most = log.end - history.count_acknowledged(is_foreign);
  if (least <= done.most * records_of_event && most >= done.least * records_of_event) return;
  history.complain(fmt::format("{}: {} to {} records of output were appended, for {} to {} events",
                               log.when, least, most, done.least, done.most));
}

}  // namespace

// Each batch has all keys: a compaction takes the records of all but the last one.
std::vector<Event> output_of(std::int64_t number, const std::string& stamp) {
  std::vector<Event> events;
  for (int i = 0; i < records_of_event; i++) {
    events.push_back({fmt::format("k{}", i),
                      fmt::format("{}{}:{}", prefix, number * records_of_event + i, stamp)});
  }
  return events;
}

void judge_output(const FinalLog& log, const DoneEvents& done, History& history) {
  judge_amount(log, done, history);
  std::int64_t last = -1;
  std::map<std::int64_t, std::string> stamps;  // By claim.
  for (const auto& [offset, event] : log.records) {
    const auto piece = piece_of(event.value);
    if (!piece) continue;
    if (piece->number <= last) {
      history.complain(fmt::format("{}: {} at offset {} is there twice or out of order", log.when,
                                   event.value, offset));
    }
    last = piece->number;
    const std::int64_t claim = piece->number / (events_of_claim * records_of_event);
    const std::string& stamp = stamps.emplace(claim, piece->stamp).first->second;
    if (stamp == piece->stamp) continue;
    history.complain(fmt::format("{}: {} at offset {} is of another run than what is before it",
                                 log.when, event.value, offset));
  }
}

}  // namespace estream::prove::interleave
