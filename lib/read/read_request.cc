#include "read/read_request.h"

#include <algorithm>
#include <cstdint>

#include "base/rfc3339.h"
#include "read/start_position.h"
#include "text/say.h"

namespace estream::read {

namespace {

std::string shown(const TimeRange& times, Zone zone) {
  std::string text;
  if (times.since) text += ", from " + rfc3339(times.since->ms, zone);
  if (times.until) text += ", until " + rfc3339(times.until->ms, zone);
  return text;
}

}  // namespace

const text::Position* position_for(const std::vector<text::Position>& positions,
                                   std::int32_t partition) {
  const text::Position* general = nullptr;
  const text::Position* own = nullptr;
  for (const text::Position& position : positions) {
    if (!position.partition) general = &position;
    if (position.partition == partition) own = &position;
  }
  return own != nullptr ? own : general;
}

Result<void> check_positions(const std::vector<text::Position>& positions, const char* option,
                             const std::set<std::int32_t>& partitions) {
  for (const text::Position& position : positions) {
    if (!position.partition || partitions.contains(*position.partition)) continue;
    return Error{Error::Code::usage, std::string("option ") + option + ": partition " +
                                         std::to_string(*position.partition) +
                                         " is not among those asked for"};
  }
  return {};
}

Result<void> check_positions(const ReadRequest& request, const std::set<std::int32_t>& partitions) {
  TRY(check_positions(request.from, "--from", partitions));
  return check_positions(request.to, "--to", partitions);
}

Result<void> check_positions(const ReadRequest& request,
                             const std::vector<PartitionSource>& sources) {
  std::set<std::int32_t> partitions;
  for (const PartitionSource& source : sources) partitions.insert(source.partition);
  return check_positions(request, partitions);
}

Result<Offset> resolve_begin(PartitionSource& source, const ReadRequest& request) {
  const text::Position* from = position_for(request.from, source.partition);
  return resolve_position(source, from != nullptr ? *from : text::Position());
}

Result<ReadWindow> resolve_window(PartitionSource& source, const ReadRequest& request, Offset begin,
                                  Horizon horizon) {
  ReadWindow window = {.begin = begin, .times = request.times};
  // When damage hides the end, the reader goes on to the damage and reports it.
  if (horizon == Horizon::now && source.reader.knows_end()) window.end = source.reader.end_offset();
  if (const text::Position* to = position_for(request.to, source.partition)) {
    const Offset end = TRY(resolve_position(source, *to));
    window.end = std::min(window.end, end);
  }
  if (window.times.since) {
    const Offset reaching = TRY(source.reader.offset_reaching(*window.times.since));
    window.begin = std::max(window.begin, reaching);
  }
  return window;
}

void say_window(const std::string& name, const ReadWindow& window, Zone zone) {
  if (!text::is_said(text::Level::detail)) return;
  const bool is_open = window.end == Offset{INT64_MAX};
  text::say(text::Level::detail,
            name + ": from offset " + std::to_string(window.begin.value) +
                (is_open ? " on" : " up to " + std::to_string(window.end.value)) +
                shown(window.times, zone));
}

}  // namespace estream::read
