#include "tool/consume/group_admin.h"

#include <algorithm>
#include <list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "group/group_position.h"
#include "group/partition_claim.h"
#include "group/settlement.h"
#include "read/start_position.h"
#include "text/say.h"
#include "text/size.h"
#include "tool/group/group_sinks.h"
#include "tool/group/group_sources.h"
#include "tool/report/report.h"

namespace estream::tool {

namespace {

constexpr const char* seeker = "seek";  // The member of a position that was set by hand.

SinkTopics topics_of(const ConsumeOptions& options) {
  return options.work ? options.work->sink_topics() : SinkTopics();
}

// The position that is asked for.
Result<Offset> target_of(const ConsumeOptions& options, const read::PartitionPlace& place) {
  const GroupOptions& group = *options.group;
  read::PartitionSource source = TRY(read::open_source(place, options.request.sources));
  if (group.position) {
    const Offset wanted = TRY(read::resolve_position(source, *group.position));
    return std::min(wanted, TRY(source.reader.known_end()));
  }
  const auto other =
      TRY(group::look_at_position(place.topic->root(), group.seek_like, name_of(place)));
  if (other) return other->position;
  return Error{Error::Code::not_found,
               "option --seek: group '" + group.seek_like + "' has no position of " + place.name};
}

Result<group::PartitionClaim> claim(const GroupOptions& options, const io::Directory& directory,
                                    const group::PartitionName& name,
                                    const group::PositionState& fresh) {
  auto taken = TRY(group::PartitionClaim::take(directory, name, fresh));
  if (taken) return *std::move(taken);
  const auto command = TRY(group::left_over_command(directory, name));
  std::string who = (command ? "a command of group '" : "a member of group '") + options.name + "'";
  if (command.value_or(0) > 0) who += " (process " + std::to_string(*command) + ")";
  return Error{Error::Code::busy, name.text() + ": " + who + " owns it; let the members end first"};
}

// What is decided must not get lost with the position.
Result<void> settle_pending(GroupSinks& sinks, group::PartitionClaim& claim,
                            group::PositionState& state, group::Doubt doubt) {
  if (state.sinks.empty()) return {};
  TRY(sinks.open_those_of(state));
  TRY(group::settle(claim.file(), state, sinks.writer_of(), sinks.settle_options(doubt)));
  return {};
}

// What is to be set.
struct Move {
  read::PartitionPlace place;
  std::optional<Offset> before;  // Nothing if the group has no position there.
  Offset target;
};

// Sets the positions of one file. It gets these sources, in this order.
Result<void> move_to(const ConsumeOptions& options, const group::PartitionName& file,
                     std::span<const Move> moves) {
  const GroupOptions& group = *options.group;
  const io::Directory& root = moves.front().place.topic->root();
  const io::Directory directory = TRY(group::make_group(root, group.name));
  std::vector<group::SourcePosition> sources;
  for (const Move& move : moves) sources.push_back(fresh_source(move.place, move.target));
  group::PositionState fresh = fresh_state(group, seeker, root.system(), sources);
  const auto known = TRY(group::PositionFile::look(directory, file.position_file()));
  if (known && file.is_all()) fresh.sources = known->state.sources;
  group::PartitionClaim owned = TRY(claim(group, directory, file, fresh));
  group::PositionState state = owned.file().content().state;
  const bool begins_anew = options.work && options.work->into;
  GroupSinks sinks(root.system(), root.name(), group, topics_of(options));
  auto settled = settle_pending(sinks, owned, state, group.doubt);
  // Where the topic is another one, nothing is to be brought into it; what is pending is given up
  // only when a person says so.
  const bool can_go_on = begins_anew && (!owned.file().content().has_pending() ||
                                         group.doubt != group::Doubt::is_error);
  if (!settled && !can_go_on) return settled;
  if (begins_anew) {
    TRY(sinks.open(moves.front().place.topic->config().partition_count));
    TRY(sinks.bind_anew(state));
  }
  state.sources = std::move(sources);
  for (std::size_t i = 0; i < moves.size(); i++) {
    const auto opened = TRY(read::open_source(moves[i].place, options.request.sources));
    set_position(state.sources[i], *opened.topic, opened.reader, moves[i].target);
  }
  state.window.clear();
  state.attempts = 0;
  TRY(owned.file().note(state));
  TRY(owned.file().commit());
  return sinks.finish();
}

// Which partitions the file must be about.
Result<void> add_sources(const io::Directory& directory, const group::PartitionName& file,
                         group::PositionState& fresh) {
  if (file.is_all()) {
    const auto known = TRY(group::PositionFile::look(directory, file.position_file()));
    if (known) fresh.sources = known->state.sources;
    return {};
  }
  group::SourcePosition& source = fresh.sources.emplace_back();
  source.topic = file.topic;
  source.partition = file.partition;
  return {};
}

std::string count_partitions(std::list<group::PartitionClaim>& claims) {
  std::size_t count = 0;
  for (group::PartitionClaim& claim : claims) count += claim.file().content().state.sources.size();
  return text::format_count(static_cast<std::int64_t>(count), "partition", "partitions");
}

// All partitions of which the group has a position, taken and settled.
Result<std::list<group::PartitionClaim>> take_all(const ConsumeOptions& options,
                                                  const io::Directory& root,
                                                  const io::Directory& directory) {
  const GroupOptions& group = *options.group;
  GroupSinks sinks(root.system(), root.name(), group, topics_of(options));
  std::list<group::PartitionClaim> claims;
  for (const group::PartitionName& name : TRY(group::list_positions(directory))) {
    group::PositionState fresh;
    fresh.group = group.name;
    fresh.member = seeker;
    TRY(add_sources(directory, name, fresh));
    claims.push_back(TRY(claim(group, directory, name, fresh)));
    group::PositionState state = claims.back().file().content().state;
    TRY(settle_pending(sinks, claims.back(), state, group.doubt));
    TRY(claims.back().file().note(state));
    TRY(claims.back().file().commit());
  }
  TRY(sinks.finish());
  return claims;
}

Result<std::pair<io::Directory, io::Directory>> find_directories(io::System& system,
                                                                 const ConsumeOptions& options) {
  const GroupOptions& group = *options.group;
  const auto places = TRY(read::find_partitions(system, options.request.sources));
  const io::Directory root = TRY(root_of(group, places));
  const auto directory = TRY(group::find_group(root, group.name));
  if (directory) return std::pair(root, *directory);
  return Error{Error::Code::not_found,
               "group '" + group.name + "' does not exist in " + root.name()};
}

// Of the partitions that are meant.
Result<std::vector<Move>> plan_moves(const ConsumeOptions& options,
                                     const std::vector<read::PartitionPlace>& places) {
  std::vector<Move> moves;
  const auto& position = options.group->position;
  for (const read::PartitionPlace& place : places) {
    const bool is_meant =
        !position || !position->partition || *position->partition == place.partition;
    if (!is_meant) continue;
    Move move = {.place = place, .before = {}, .target = TRY(target_of(options, place))};
    const auto before =
        TRY(group::look_at_position(place.topic->root(), options.group->name, name_of(place)));
    if (before) move.before = before->position;
    moves.push_back(std::move(move));
  }
  return moves;
}

// Whether the group reads all its partitions together.
Result<bool> has_all_together(const ConsumeOptions& options, const io::Directory& root) {
  const auto directory = TRY(group::find_group(root, options.group->name));
  if (!directory) return false;
  const auto status = TRY(directory->status(group::PartitionName::all().position_file()));
  return status.has_value();
}

// The windows of all partitions are one state, which a seek forgets. So it sets all of them.
Result<void> move_together(const ConsumeOptions& options, const io::Directory& root,
                           std::vector<Move> moves) {
  const io::Directory directory = TRY(group::make_group(root, options.group->name));
  const auto file = group::PartitionName::all();
  const auto known = TRY(group::PositionFile::look(directory, file.position_file()));
  std::ranges::sort(moves, {}, [](const Move& move) { return name_of(move.place); });
  const auto sources = known ? known->state.sources : std::vector<group::SourcePosition>();
  for (const group::SourcePosition& source : sources) {
    const group::PartitionName name = {source.topic, source.partition};
    const auto same =
        std::ranges::find(moves, name, [](const Move& m) { return name_of(m.place); });
    if (same != moves.end()) continue;
    return Error{Error::Code::usage,
                 name.text() + ": group '" + options.group->name +
                     "' reads all its partitions together, so --seek has to set all of them; end "
                     "the group with --forget to begin with others"};
  }
  return options.group->is_preview ? Result<void>() : move_to(options, file, moves);
}

}  // namespace

Result<cli::ExitStatus> seek_group(const ConsumeOptions& options,
                                   const std::vector<read::PartitionPlace>& places,
                                   io::Output& output) {
  const io::Directory root = TRY(root_of(*options.group, places));
  using Shape = ReportStyle::Shape;
  Report report({{"topic", "TOPIC"},
                 {"partition", "PARTITION"},
                 {"position_before", "BEFORE"},
                 {"position_after", "AFTER"}},
                report_style(options.is_json ? Shape::json : Shape::table, options.request.zone),
                output);
  const bool is_together = TRY(has_all_together(options, root));
  std::vector<Move> moves = TRY(plan_moves(options, places));
  if (is_together) TRY(move_together(options, root, moves));
  for (const Move& move : moves) {
    const bool is_done = is_together || options.group->is_preview;
    if (!is_done) TRY(move_to(options, name_of(move.place), std::span(&move, 1)));
    TRY(report.add({text_cell(move.place.topic->name()), count_cell(move.place.partition),
                    move.before ? count_cell(move.before->value) : Cell(),
                    count_cell(move.target.value)}));
  }
  TRY(report.finish());
  TRY(output.flush());
  if (options.group->is_preview) {
    text::say(text::Level::note, "nothing was changed (--dry-run)");
  }
  return cli::ExitStatus::done;
}

Result<cli::ExitStatus> settle_group(io::System& system, const ConsumeOptions& options) {
  const auto [root, directory] = TRY(find_directories(system, options));
  auto claims = TRY(take_all(options, root, directory));
  text::say(text::Level::note, "group '" + options.group->name + "': nothing is pending in " +
                                   count_partitions(claims));
  return cli::ExitStatus::done;
}

// The locks are held to the end: nobody takes a partition while the group goes.
Result<cli::ExitStatus> forget_group(io::System& system, const ConsumeOptions& options) {
  const auto [root, directory] = TRY(find_directories(system, options));
  auto claims = TRY(take_all(options, root, directory));
  const std::string partitions = count_partitions(claims);
  TRY(group::remove_group(root, options.group->name));
  text::say(text::Level::note,
            "group '" + options.group->name + "' is removed, with its positions in " + partitions);
  return cli::ExitStatus::done;
}

}  // namespace estream::tool
