#include "tool/group/group_options.h"

#include "group/group_directory.h"
#include "text/parsing.h"
#include "tool/arguments/read_arguments.h"

namespace estream::tool {

namespace {

constexpr std::string_view stored_word = "stored";

Error wrong_use(const std::string& message) { return {Error::Code::usage, message}; }

bool has_more(const GroupArguments& typed) {
  return typed.member || typed.rejoin_grace || typed.is_exclusive || typed.commit || typed.sync ||
         typed.goes_on_at_gap || typed.seek || typed.is_forgotten || typed.allows_any_file_system;
}

// "stored", "stored+100" or "stored-100".
Result<std::int64_t> parse_shift(std::string_view text) {
  const std::string_view shift = text.substr(stored_word.size());
  if (shift.empty()) return 0;
  const auto count = text::parse_whole(shift.substr(1));
  if (!count || (shift[0] != '+' && shift[0] != '-')) {
    return text::unclear(text, "write stored, stored+N or stored-N");
  }
  return shift[0] == '-' ? -*count : *count;
}

Result<void> check_jobs(const GroupArguments& typed) {
  if (typed.seek && typed.is_forgotten) {
    return wrong_use("options --seek and --forget: give only one of them");
  }
  if (typed.is_preview && !typed.seek) return wrong_use("option --dry-run: needs --seek");
  if (typed.member) TRY(group::check_name("option --member: the member", *typed.member));
  if (typed.name) TRY(group::check_name("option --group: the group", *typed.name));
  return {};
}

Result<void> read_seek(const std::string& text, const text::TimeContext& context,
                       GroupOptions& options) {
  constexpr std::string_view like = "group:";
  if (text.starts_with(like)) {
    options.seek_like = text.substr(like.size());
    return {};
  }
  options.position = TRY(read_positions("--seek", {text}, context)).front();
  return {};
}

}  // namespace

void add_member_options(cli::OptionTable& table, GroupArguments& arguments) {
  table.group("Group")
      .value({.letter = 'g',
              .name = "group",
              .argument = "GROUP",
              .help = "share the partitions with other members of GROUP, and go on where it is",
              .common = true,
              .completion = cli::Completion::group},
             arguments.name)
      .value({.name = "member",
              .argument = "NAME",
              .help = "the name of this member; it gets its partitions back after a restart",
              .completion = cli::Completion::member},
             arguments.member)
      .value({.name = "rejoin-grace",
              .argument = "DUR",
              .help = "how long the partitions of a named member wait for it"},
             arguments.rejoin_grace, text::parse_duration)
      .flag({.name = "exclusive", .help = "take all partitions, or end with exit status 75"},
            arguments.is_exclusive)
      .flag({.name = "unsafe-fs",
             .help = "work on a network or FUSE file system too; no other machine may use it"},
            arguments.allows_any_file_system)
      .value({.name = "sync",
              .argument = "LEVEL",
              .help = "of positions: interval[:DUR] (default interval:100ms), batch or none",
              .completion = cli::Completion::values,
              .values = {"interval", "batch", "none"}},
             arguments.sync, parse_sync)
      .choice({.name = "on-gap",
               .argument = "WORD",
               .help = "if retention deleted events that the group has not read: end with exit "
                       "status 3 (stop), or go on where the log starts"},
              arguments.goes_on_at_gap, {{"stop", false}, {"start", true}});
}

void add_group_options(cli::OptionTable& table, GroupArguments& arguments) {
  using Commit = GroupArguments::Commit;
  add_member_options(table, arguments);
  table
      .choice({.name = "commit",
               .argument = "WHEN",
               .help = "when the position moves: with the output (auto), at a good end, or never"},
              arguments.commit,
              {{"auto", Commit::automatic}, {"end", Commit::at_end}, {"none", Commit::never}})
      .value({.name = "seek",
              .argument = "POS",
              .help = "set the position of the group, print it and end; group:OTHER copies one"},
             arguments.seek)
      .flag({.name = "dry-run", .help = "with --seek: only print"}, arguments.is_preview)
      .flag({.name = "forget", .help = "remove the group and end"}, arguments.is_forgotten);
}

Result<std::optional<GroupOptions>> read_group(const GroupArguments& typed,
                                               std::vector<std::string>& from,
                                               const text::TimeContext& context) {
  const bool is_stored = from.size() == 1 && from.front().starts_with(stored_word);
  if (!typed.name) {
    if (is_stored)
      return wrong_use("option --from: stored is the position of a group; give -g GROUP");
    if (has_more(typed)) {
      return wrong_use(
          "options --member, --rejoin-grace, --exclusive, --commit, --sync, --on-gap, --seek, "
          "--forget and --unsafe-fs: need -g GROUP");
    }
    if (typed.is_preview) return wrong_use("option --dry-run: needs --seek");
    return std::optional<GroupOptions>();
  }
  TRY(check_jobs(typed));
  GroupOptions options;
  options.name = *typed.name;
  options.member = typed.member;
  if (typed.rejoin_grace) options.rejoin_grace_ns = typed.rejoin_grace->count();
  options.is_exclusive = typed.is_exclusive;
  options.commit = typed.commit.value_or(GroupArguments::Commit::automatic);
  options.sync = typed.sync.value_or(Sync());
  options.goes_on_at_gap = typed.goes_on_at_gap.value_or(false);
  options.is_preview = typed.is_preview;
  options.allows_any_file_system = typed.allows_any_file_system;
  if (is_stored) {
    const auto shift = parse_shift(from.front());
    if (!shift) return Error{shift.error().code, "option --from: " + shift.error().message};
    options.shift = *shift;
    options.job = GroupOptions::Job::read;
    from.clear();
  }
  if (typed.seek) {
    options.job = GroupOptions::Job::seek;
    TRY(read_seek(*typed.seek, context, options));
  }
  if (typed.is_forgotten) options.job = GroupOptions::Job::forget;
  return std::optional(options);
}

}  // namespace estream::tool
