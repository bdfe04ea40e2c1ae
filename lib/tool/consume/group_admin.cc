#include "tool/consume/group_admin.h"

#include <list>
#include <string>

#include "group/partition_claim.h"
#include "io/user_file.h"
#include "read/start_position.h"
#include "text/say.h"
#include "text/size.h"
#include "tool/consume/group_sources.h"
#include "tool/report/report.h"

namespace estream::tool {

namespace {

constexpr const char* seeker = "seek";  // The member of a position that was set by hand.

Error is_owned_by_member(const std::string& partition, const GroupOptions& options) {
  return {Error::Code::busy, partition + ": a member of group '" + options.name +
                                 "' owns it; let the members end first"};
}

Result<std::optional<group::PositionContent>> look_at(const io::Directory& root,
                                                      const std::string& group,
                                                      const read::PartitionPlace& place) {
  const auto directory = TRY(group::find_group(root, group));
  if (!directory) return std::optional<group::PositionContent>();
  return group::PositionFile::look(*directory, name_of(place).position_file());
}

// The position that is asked for.
Result<Offset> target_of(const ConsumeOptions& options, const read::PartitionPlace& place) {
  const GroupOptions& group = *options.group;
  read::PartitionSource source = TRY(read::open_source(place, options.request.sources));
  if (group.position) {
    const Offset wanted = TRY(read::resolve_position(source, *group.position));
    return std::min(wanted, TRY(source.reader.known_end()));
  }
  const auto other = TRY(look_at(place.topic->root(), group.seek_like, place));
  if (other) return other->state.sources.front().position;
  return Error{Error::Code::not_found,
               "option --seek: group '" + group.seek_like + "' has no position of " + place.name};
}

Result<void> move_to(const ConsumeOptions& options, const read::PartitionPlace& place,
                     Offset target) {
  const GroupOptions& group = *options.group;
  const io::Directory directory = TRY(group::make_group(place.topic->root(), group.name));
  auto claim = TRY(group::PartitionClaim::take(directory, name_of(place),
                                               fresh_state(group, seeker, place, target)));
  if (!claim) return is_owned_by_member(place.name, group);
  group::PositionState state = claim->file().content().state;
  const read::PartitionSource opened = TRY(read::open_source(place, options.request.sources));
  set_position(state, *place.topic, opened.reader, target);
  state.attempts = 0;
  TRY(claim->file().note(state));
  return claim->file().commit();
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
    const auto before = TRY(look_at(place.topic->root(), options.group->name, place));
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

Result<cli::ExitStatus> forget_group(io::System& system, const ConsumeOptions& options) {
  const GroupOptions& group = *options.group;
  const auto places = TRY(read::find_partitions(system, options.request.sources));
  const io::Directory root = TRY(root_of(group, places));
  const auto directory = TRY(group::find_group(root, group.name));
  if (!directory) {
    return Error{Error::Code::not_found,
                 "group '" + group.name + "' does not exist in " + root.name()};
  }
  // Nobody takes a partition while the group goes.
  std::list<io::File> locks;
  for (const group::PartitionName& name : TRY(group::list_positions(*directory))) {
    locks.push_back(TRY(directory->open_or_create(name.lock_file(), ".")));
    if (system.try_lock(locks.back().fd(), 0) < 0) return is_owned_by_member(name.text(), group);
  }
  TRY(group::remove_group(root, group.name));
  text::say(text::Level::note,
            "group '" + group.name + "' is removed, with its positions in " +
                text::format_count(std::ssize(locks), "partition", "partitions"));
  return cli::ExitStatus::done;
}

}  // namespace estream::tool
