#include "tool/consume/group_admin.h"

#include <list>
#include <string>

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
  if (other) return other->state.sources.front().position;
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

Result<void> move_to(const ConsumeOptions& options, const read::PartitionPlace& place,
                     Offset target) {
  const GroupOptions& group = *options.group;
  const io::Directory& root = place.topic->root();
  const io::Directory directory = TRY(group::make_group(root, group.name));
  group::PartitionClaim owned =
      TRY(claim(group, directory, name_of(place), fresh_state(group, seeker, place, target)));
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
    TRY(sinks.open(place.topic->config().partition_count));
    TRY(sinks.bind_anew(state));
  }
  const read::PartitionSource opened = TRY(read::open_source(place, options.request.sources));
  set_position(state, *place.topic, opened.reader, target);
  state.attempts = 0;
  TRY(owned.file().note(state));
  TRY(owned.file().commit());
  return sinks.finish();
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
    group::SourcePosition& source = fresh.sources.emplace_back();
    source.topic = name.topic;
    source.partition = name.partition;
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

}  // namespace

Result<cli::ExitStatus> seek_group(const ConsumeOptions& options,
                                   const std::vector<read::PartitionPlace>& places,
                                   io::Output& output) {
  TRY(root_of(*options.group, places));
  using Shape = ReportStyle::Shape;
  Report report({{"topic", "TOPIC"},
                 {"partition", "PARTITION"},
                 {"position_before", "BEFORE"},
                 {"position_after", "AFTER"}},
                report_style(options.is_json ? Shape::json : Shape::table, options.request.zone),
                output);
  for (const read::PartitionPlace& place : places) {
    const auto& position = options.group->position;
    const bool is_meant =
        !position || !position->partition || *position->partition == place.partition;
    if (!is_meant) continue;
    const auto before =
        TRY(group::look_at_position(place.topic->root(), options.group->name, name_of(place)));
    const Offset target = TRY(target_of(options, place));
    if (!options.group->is_preview) TRY(move_to(options, place, target));
    TRY(report.add({text_cell(place.topic->name()), count_cell(place.partition),
                    before ? count_cell(before->state.sources.front().position.value) : Cell(),
                    count_cell(target.value)}));
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
  const auto claims = TRY(take_all(options, root, directory));
  text::say(text::Level::note,
            "group '" + options.group->name + "': nothing is pending in " +
                text::format_count(std::ssize(claims), "partition", "partitions"));
  return cli::ExitStatus::done;
}

// The locks are held to the end: nobody takes a partition while the group goes.
Result<cli::ExitStatus> forget_group(io::System& system, const ConsumeOptions& options) {
  const auto [root, directory] = TRY(find_directories(system, options));
  const auto claims = TRY(take_all(options, root, directory));
  TRY(group::remove_group(root, options.group->name));
  text::say(text::Level::note,
            "group '" + options.group->name + "' is removed, with its positions in " +
                text::format_count(std::ssize(claims), "partition", "partitions"));
  return cli::ExitStatus::done;
}

}  // namespace estream::tool
