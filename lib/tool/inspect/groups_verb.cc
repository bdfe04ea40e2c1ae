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
  group::PositionContent content;  // Of its file, which may have other partitions, too.
  group::SourcePosition source;    // Of the partition.
  Offset end;
  Timestamp next_time = {};  // Of the event at the position; none when there is none.
  bool is_owned = false;
  std::optional<int> left_over;  // The process id of a command whose member is dead.

  // What is pending is decided: it will be in its topics.
  Offset position() const { return content.has_pending() ? source.claimed : source.position; }
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

// What a position file says of all its partitions, and who owns it. Has no sources when it has just
// gone.
Result<GroupRow> row_of(const std::string& group, const io::Directory& directory,
                        const group::PartitionName& file) {
  GroupRow row;
  row.group = group;
  auto content = TRY(group::PositionFile::look(directory, file.position_file()));
  if (!content) return row;
  row.content = *std::move(content);
  row.left_over = TRY(group::left_over_command(directory, file));
  row.is_owned = TRY(group::is_owned(directory, file));
  return row;
}

// Adds what the log of the partition says.
Result<void> add_lag(io::System& system, const InspectOptions& options, GroupRow& row) {
  read::SourceRequest request = options.request.sources;
  request.topics = {row.source.topic};
  request.partitions = {row.source.partition};
  request.names = read::TopicNames::literal;
  const auto places = TRY(read::find_partitions(system, request));
  read::PartitionSource source = TRY(read::open_source(places.front(), request));
  row.end = TRY(read::visible_end(source));
  row.next_time = {};
  if (row.lag() > 0) {
    row.next_time =
        TRY(time_at(source, std::max(row.position(), source.reader.log_start_offset())));
  }
  return {};
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
          text_cell(row.source.topic),
          count_cell(row.source.partition),
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
  const auto wants = [&](const std::string& topic) {
    return names_groups || names.empty() || names.contains(topic);
  };
  Report report(group_columns(), options.style, output);
  ListStatus status;
  bool has_too_much = false;
  for (const std::string& group : groups) {
    if (names_groups && !names.empty() && !names.contains(group)) continue;
    const auto directory = TRY(group::find_group(root, group));
    if (!directory) continue;
    for (const group::PartitionName& file : TRY(group::list_positions(*directory))) {
      if (!file.is_all() && !wants(file.topic)) continue;
      auto row = row_of(group, *directory, file);
      if (!row) status.note(row.error());
      if (!row) continue;
      for (const group::SourcePosition& source : row->content.state.sources) {
        if (!wants(source.topic)) continue;
        row->source = source;
        auto added = add_lag(system, options, *row);
        if (!added) status.note(added.error());
        if (!added) continue;
        has_too_much = has_too_much || is_beyond(*row, options);
        TRY(report.add(cells_of(*row)));
      }
    }
  }
  TRY(report.finish());
  if (status.status() != cli::ExitStatus::done) return status.status();
  return has_too_much ? cli::ExitStatus::no : cli::ExitStatus::done;
}

}  // namespace estream::tool
