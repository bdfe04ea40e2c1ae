#include <algorithm>
#include <set>
#include <utility>

#include "group/group_directory.h"
#include "group/partition_claim.h"
#include "read/batch_walk.h"
#include "read/partition_source.h"
#include "text/say.h"
#include "tool/inspect/scan.h"
#include "tool/inspect/verbs.h"

namespace estream::tool {

namespace {

// A group in one partition, without any lock.
struct GroupRow {
  std::string group;
  group::PartitionName name;
  group::PositionContent content;
  Offset end;
  Timestamp next_time;  // Of the event at the position; none when there is none.
  bool is_owned = false;
  std::optional<int> left_over;  // The process id of a command whose member is dead.

  // What is pending is decided: it will be in its topics.
  Offset position() const {
    const group::SourcePosition& source = content.state.sources.front();
    return content.has_pending() ? source.claimed : source.position;
  }
  std::int64_t lag() const { return std::max<std::int64_t>(end - position(), 0); }
  const char* state() const {
    if (left_over) return "left-over command";
    if (content.has_pending()) return "pending";
    if (!is_owned) return "free";
    return lag() > 0 ? "working" : "idle";
  }
};

Result<Timestamp> time_at(read::PartitionSource& source, Offset position) {
  read::BatchWalk walk(source);
  TRY(walk.begin({.begin = position}));
  while (const auto header = TRY(walk.next())) {
    const auto records = TRY(walk.records());
    if (!records.empty()) return records.front().timestamp;
  }
  return Timestamp{};
}

// Nothing for a position that has just gone.
Result<std::optional<GroupRow>> row_of(io::System& system, const InspectOptions& options,
                                       const std::string& group, const io::Directory& directory,
                                       const group::PartitionName& name) {
  auto content = TRY(group::PositionFile::look(directory, name.position_file()));
  if (!content || content->state.sources.size() != 1) return std::optional<GroupRow>();
  GroupRow row = {group, name, *std::move(content), {}, {}, false, {}};
  row.left_over = TRY(group::left_over_command(directory, name));
  row.is_owned = TRY(group::is_owned(directory, name));
  read::SourceRequest request = options.request.sources;
  request.topics = {name.topic};
  request.partitions = {name.partition};
  request.names = read::TopicNames::literal;
  const auto places = TRY(read::find_partitions(system, request));
  read::PartitionSource source = TRY(read::open_source(places.front(), request));
  row.end = TRY(read::visible_end(source));
  if (row.lag() > 0) {
    row.next_time =
        TRY(time_at(source, std::max(row.position(), source.reader.log_start_offset())));
  }
  return std::optional(std::move(row));
}

std::vector<Column> group_columns() {
  return {{"group", "GROUP"},
          {"topic", "TOPIC"},
          {"partition", "PARTITION"},
          {.name = "position", .heading = "POSITION", .yields = 5},
          {.name = "end", .heading = "END", .yields = 4},
          {"lag", "LAG"},
          {.name = "lag_ts", .heading = "LAG-TIME", .yields = 6},
          {.name = "member", .heading = "MEMBER", .yields = 3},
          {.name = "pid", .heading = "PID", .yields = 2},
          {.name = "generation", .heading = "GENERATION", .yields = 1},
          {"state", "STATE"}};
}

std::vector<Cell> cells_of(const GroupRow& row) {
  Cell pid = row.is_owned ? count_cell(row.content.slot.writer_pid) : Cell();
  if (row.left_over) pid = *row.left_over > 0 ? count_cell(*row.left_over) : Cell();
  return {text_cell(row.group),
          text_cell(row.name.topic),
          count_cell(row.name.partition),
          count_cell(row.position().value),
          count_cell(row.end.value),
          count_cell(row.lag()),
          age_cell(row.next_time),
          text_cell(row.content.state.member),
          pid,
          count_cell(row.content.slot.generation),
          text_cell(row.state())};
}

bool is_beyond(const GroupRow& row, const InspectOptions& options) {
  if (options.max_lag_events && row.lag() > *options.max_lag_events) return true;
  return options.max_lag_ms && row.next_time != Timestamp{} &&
         options.style.now - row.next_time > *options.max_lag_ms;
}

// What was named, by `groups` the groups and by `lag` the topics; nothing for all.
std::set<std::string> wanted(const InspectOptions& options) {
  const std::vector<std::string>& names = options.request.sources.topics;
  return {names.begin(), names.end()};
}

Result<void> check_groups(const InspectOptions& options, const std::vector<std::string>& groups) {
  if (options.verb != InspectVerb::groups) return {};
  for (const std::string& name : wanted(options)) {
    if (std::ranges::find(groups, name) != groups.end()) continue;
    return Error{Error::Code::not_found,
                 "group '" + name + "' does not exist in " + options.request.sources.data_root};
  }
  return {};
}

}  // namespace

Result<cli::ExitStatus> inspect_groups(io::System& system, const InspectOptions& options,
                                       io::Output& output) {
  const read::SourceRequest& request = options.request.sources;
  TRY(read::check_data_root(system, request));
  const io::Directory root = TRY(io::Directory::open(system, request.data_root));
  const std::vector<std::string> groups = TRY(group::list_groups(root));
  TRY(check_groups(options, groups));
  const std::set<std::string> names = wanted(options);
  const bool names_groups = options.verb == InspectVerb::groups;
  Report report(group_columns(), options.style, output);
  ListStatus status;
  bool has_too_much = false;
  for (const std::string& group : groups) {
    if (names_groups && !names.empty() && !names.contains(group)) continue;
    const auto directory = TRY(group::find_group(root, group));
    if (!directory) continue;
    for (const group::PartitionName& name : TRY(group::list_positions(*directory))) {
      if (!names_groups && !names.empty() && !names.contains(name.topic)) continue;
      const auto row = row_of(system, options, group, *directory, name);
      if (!row) status.note(row.error());
      if (!row || !*row) continue;
      has_too_much = has_too_much || is_beyond(**row, options);
      TRY(report.add(cells_of(**row)));
    }
  }
  TRY(report.finish());
  if (status.status() != cli::ExitStatus::done) return status.status();
  return has_too_much ? cli::ExitStatus::no : cli::ExitStatus::done;
}

}  // namespace estream::tool
