#include "tool/compact/compact_options.h"

#include <chrono>
#include <utility>

#include "tool/compact/compact_option_table.h"

namespace estream::tool {

namespace {

Error misuse(std::string message) { return {Error::Code::usage, std::move(message)}; }

std::int64_t milliseconds(text::Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

bool has_limit(const CompactArguments& typed) {
  return typed.max_age || typed.max_bytes || typed.max_records || typed.max_segments ||
         !typed.before.empty();
}

bool has_selection(const CompactArguments& typed) {
  return typed.read.key || !typed.read.greps.empty() || !typed.read.filters.empty();
}

bool has_work(const CompactArguments& typed) {
  return has_limit(typed) || typed.follows_policy || typed.compacts_keys || typed.drops ||
         typed.zstd_level || typed.rolls;
}

Result<void> check_together(const CompactArguments& typed) {
  if (typed.read.topics.empty() != typed.wants_all_topics) {
    return misuse(typed.read.topics.empty() ? "TOPIC: name at least one, or give --all"
                                            : "option --all: does not go with a TOPIC");
  }
  if (typed.wants_all_topics && typed.read.is_regex) {
    return misuse("options --all and --regex: give only one of them");
  }
  if (!typed.settings.empty() && has_work(typed)) {
    return misuse("option --set: changes settings and nothing else; run it on its own");
  }
  if (!typed.settings.empty() && typed.read.is_regex) {
    return misuse("option --set: needs the names of the topics, or --all");
  }
  if (typed.drops != has_selection(typed)) {
    return misuse(
        typed.drops
            ? "option --drop: say which events, with -k, -G or -w"
            : "options -k, -G and -w: say what to do with these events; --drop erases them");
  }
  if (typed.follows_policy &&
      (has_limit(typed) || typed.compacts_keys || typed.drops || typed.has_key_options())) {
    return misuse("option --policy: takes all limits from the topics' settings; give no others");
  }
  if (typed.keeps_unread && typed.drops) {
    return misuse(
        "options --keep-unread and --drop: --drop also erases events that nobody has read; run it "
        "on its own");
  }
  if (typed.keeps_unread && !has_limit(typed) && !typed.follows_policy && !typed.compacts_keys) {
    return misuse(
        "option --keep-unread: needs an option that deletes, such as --max-age, --before, --policy "
        "or -L");
  }
  if (typed.compacts_keys && typed.drops) {
    return misuse("options --latest-by-key and --drop: run one after the other");
  }
  if (!typed.compacts_keys && typed.has_key_options()) {
    return misuse(
        "options --keep-tombstones, --min-dirty, --min-compaction-lag and --max-compaction-lag: "
        "need -L");
  }
  if (typed.min_lag && typed.max_lag && *typed.min_lag > *typed.max_lag) {
    return misuse("options --min-compaction-lag and --max-compaction-lag: the first is longer");
  }
  if (!typed.compacts_keys && !typed.follows_policy && typed.null_keys) {
    return misuse("option --null-keys: needs -L or --policy");
  }
  if (typed.settings.empty() && !has_work(typed)) {
    return misuse(
        "TOPIC: say what to do with it, such as --max-age, -L, --policy or --roll; without "
        "a limit nothing is deleted");
  }
  return {};
}

Result<CompactPlan> read_plan(const CompactArguments& typed, const text::TimeContext& context) {
  CompactPlan plan;
  plan.now = context.now;
  plan.zone = typed.read.zone.of_output();
  if (typed.max_age) plan.limits.max_age_ms = milliseconds(*typed.max_age);
  plan.limits.max_bytes = typed.max_bytes;
  plan.limits.max_records = typed.max_records;
  plan.limits.max_segments = typed.max_segments;
  plan.before = TRY(read_positions("--before", typed.before, context));
  if (typed.compacts_keys) {
    plan.keys.emplace();
    if (typed.keep_tombstones) plan.keys->keep_tombstones_ms = milliseconds(*typed.keep_tombstones);
    plan.keys->null_keys = typed.null_keys.value_or(log::NullKeys::refuse);
    plan.keys->min_dirty = typed.min_dirty.value_or(0);
    if (typed.min_lag) plan.keys->min_lag_ms = milliseconds(*typed.min_lag);
    if (typed.max_lag) plan.keys->max_lag_ms = milliseconds(*typed.max_lag);
  }
  if (typed.drops) {
    plan.dropped = read::RecordSelection{typed.read.key, typed.read.greps, typed.read.filters};
  }
  plan.zstd_level = typed.zstd_level;
  if (typed.timeout) plan.lock_timeout_ns = typed.timeout->count();
  plan.rolls = typed.rolls;
  if (typed.is_preview) plan.effect = log::Effect::preview;
  return plan;
}

Result<CompactOptions> checked(const CompactArguments& typed) {
  TRY(check_together(typed));
  const text::TimeContext context = TRY(time_context(typed.read));
  CompactOptions options;
  options.plan = TRY(read_plan(typed, context));
  options.sources = TRY(read_request(typed.read, context)).sources;
  options.wants_all_topics = typed.wants_all_topics;
  options.follows_policy = typed.follows_policy;
  options.keeps_unread = typed.keeps_unread;
  options.null_keys = typed.null_keys;
  options.settings = typed.settings;
  options.is_json = typed.is_json;
  options.progress = typed.read.progress_mode();
  options.is_quiet = typed.read.is_quiet;
  return options;
}

}  // namespace

Result<Command<CompactOptions>> parse_compact_options(io::System& system, cli::Args args) {
  return parse_command<CompactArguments>(system, args, compact_table, checked);
}

}  // namespace estream::tool
