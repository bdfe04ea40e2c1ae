#include "tool/compact/compact.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/work_meter.h"
#include "io/output.h"
#include "io/user_file.h"
#include "log/names.h"
#include "log/segment.h"
#include "read/read_request.h"
#include "text/say.h"
#include "text/size.h"
#include "tool/compact/compact_options.h"
#include "tool/compact/compact_report.h"
#include "tool/compact/partition.h"
#include "tool/compact/unread.h"
#include "tool/report/work_progress.h"
#include "topic/segment_names.h"
#include "topic/topic_name.h"
#include "write/left_inputs.h"
#include "write/topic_identity.h"

namespace estream::tool {

namespace {

class CompactRun {
 public:
  CompactRun(io::System& system, const CompactOptions& options)
      : system_(system),
        options_(options),
        effect_(options.plan.effect),
        output_(system, io::standard_output, "standard output"),
        report_(style_of(options), effect_, output_),
        settings_report_(style_of(options), effect_, output_) {
    output_.limit_waits(std::nullopt);
  }

  Result<cli::ExitStatus> run() {
    const std::vector<std::string> all = TRY(topics());
    if (options_.keeps_unread) TRY(check_groups(all));
    progress_.emplace(system_, "read", options_.progress, OutputDuring::nothing);
    if (work_meter().is_watched) add_totals(all);
    for (const std::string& topic : all) {
      if (io::is_stop_requested()) break;
      auto done = options_.settings.empty() ? compact_topic(topic) : change_topic(topic);
      if (!done) fail(done.error());
    }
    progress_.reset();
    TRY(report_.finish());
    TRY(settings_report_.finish());
    if (io::is_stop_requested()) return status_;
    TRY(read::check_positions(options_.plan.before, "--before", partitions_));
    return status_;
  }

 private:
  static ReportStyle style_of(const CompactOptions& options) {
    return report_style(options.is_json ? ReportStyle::Shape::json : ReportStyle::Shape::table,
                        options.plan.zone);
  }

  Result<std::vector<std::string>> topics() const {
    if (!options_.wants_all_topics) return read::each_once(system_, options_.sources);
    return read::all_topics(system_, options_.sources);
  }

  // One topic's trouble does not keep the others from being served. The status is that of the
  // worst.
  void fail(const Error& error) {
    text::say(text::Level::error, error.message);
    end_with(cli::exit_status(error.code));
  }

  void end_with(cli::ExitStatus status) {
    if (badness(status) > badness(status_)) status_ = status;
  }

  // What the same command may mend later is less bad than what it cannot.
  static int badness(cli::ExitStatus status) {
    switch (status) {
      case cli::ExitStatus::done:
        return 0;
      case cli::ExitStatus::no:
        return 1;
      case cli::ExitStatus::temporary:
      case cli::ExitStatus::timed_out:
        return 2;
      case cli::ExitStatus::error:
        return 3;
      case cli::ExitStatus::data_problem:
        return 4;
    }
    ASSERT(false);
  }

  read::SourceRequest request_for(const std::string& argument) const {
    const read::SourceRequest& all = options_.sources;
    return {{argument}, all.partitions, all.names, all.data_root, all.data_root_origin};
  }

  Result<void> compact_topic(const std::string& argument) {
    const topic::Topic* last = nullptr;
    for (const read::PartitionPlace& place :
         TRY(read::find_partitions(system_, request_for(argument)))) {
      if (io::is_stop_requested()) return {};
      partitions_.insert(place.partition);
      const bool is_next = std::exchange(last, place.topic.get()) != place.topic.get();
      auto done = compact_place(place, is_next);
      if (!done) fail(done.error());
    }
    return {};
  }

  // A position that cannot be read ends the run before anything is deleted. Topics that cannot be
  // opened are told when it is their turn.
  Result<void> check_groups(const std::vector<std::string>& topics) const {
    for (const std::string& topic : topics) {
      const auto places = read::find_partitions(system_, request_for(topic));
      if (!places) continue;
      for (const read::PartitionPlace& place : *places) TRY(find_unread(place));
    }
    return {};
  }

  // What is compacted in vain, and errors, are told when it is their turn.
  void add_totals(const std::vector<std::string>& topics) const {
    for (const std::string& topic : topics) {
      const auto places = read::find_partitions(system_, request_for(topic));
      if (!places) continue;
      for (const read::PartitionPlace& place : *places) {
        work_meter().total += bytes_to_read(place, plan_for(place));
      }
    }
  }

  // At most: what does not change is read less often.
  static std::int64_t bytes_to_read(const read::PartitionPlace& place, const CompactPlan& plan) {
    const int rewrite = 3;  // A survey, the rewrite and the comparison.
    const int keys = plan.keys && plan.keys->min_dirty > 0 ? 3 : 1;  // Collect; collect and count.
    const int times = plan.keys ? keys + rewrite : plan.dropped || plan.zstd_level ? rewrite : 0;
    if (times == 0) return 0;
    const auto source = read::open_source(place);
    if (!source) return 0;
    const auto bytes = log::log_bytes_of(source->reader.directory());
    return bytes ? static_cast<std::int64_t>(*bytes) * times : 0;
  }

  // One partition is open at a time.
  Result<void> compact_place(const read::PartitionPlace& place, bool is_next_topic) {
    CompactPlan plan = plan_for(place);
    if (plan.does_nothing()) return {};
    // Groups may have begun to read since the run began.
    if (options_.keeps_unread) plan.unread = TRY(find_unread(place));
    const bool is_changed = effect_ == log::Effect::apply && !is_kafka(place);
    if (is_changed && is_next_topic) {
      TRY(place.topic->remove_dead_temporaries());
      TRY(write::give_topic_id(*place.topic));
      // Retention must not delete the place where these events are looked for.
      TRY(write::settle_left_inputs(*place.topic));
    }
    const std::int64_t work = work_meter().is_watched ? bytes_to_read(place, plan) : 0;
    const std::int64_t done_before = work_meter().done;
    const PartitionReport report = TRY(compact_partition(place, plan));
    work_meter().done = done_before + work;
    TRY(warn(place, report));
    if (report.held_segments > 0) say_held(place, plan, report);
    return is_reported() ? report_.add(report) : Result<void>();
  }

  static bool is_kafka(const read::PartitionPlace& place) {
    return place.topic->layout() == log::Layout::kafka;
  }

  CompactPlan plan_for(const read::PartitionPlace& place) const {
    CompactPlan plan = options_.plan;
    if (!options_.follows_policy || is_kafka(place)) return plan;
    const topic::TopicConfig& config = place.topic->config();
    if (config.cleanup_policy.deletes) {
      if (config.retention_ms >= 0) plan.limits.max_age_ms = config.retention_ms;
      plan.rolls_expired = true;
      if (config.retention_bytes >= 0) plan.limits.max_bytes = config.retention_bytes;
    }
    if (config.cleanup_policy.compacts) {
      plan.keys.emplace();
      // Kafka's largest is for ever, which a sum of times has no number for.
      plan.keys->keep_tombstones_ms = std::min(config.delete_retention_ms, INT64_MAX / 2);
      plan.keys->min_dirty = config.min_cleanable_dirty_ratio;
      plan.keys->null_keys = options_.null_keys.value_or(config.null_keys);
      plan.keys->min_lag_ms = config.min_compaction_lag_ms;
      if (config.max_compaction_lag_ms >= 0) plan.keys->max_lag_ms = config.max_compaction_lag_ms;
      plan.rolls_overdue = true;
    }
    return plan;
  }

  static void say_held(const read::PartitionPlace& place, const CompactPlan& plan,
                       const PartitionReport& report) {
    text::say(text::Level::note,
              place.name + ": group '" + report.held_by + "' needs offset " +
                  std::to_string(plan.unread->needed.value) + ", so that " +
                  text::format_count(report.held_segments, "segment stays", "segments stay") +
                  " (--keep-unread)");
  }

  // Where events that --drop selects are, or may be, and it does not reach.
  Result<void> warn(const read::PartitionPlace& place, const PartitionReport& report) {
    std::vector<std::string> remains;
    if (report.left_records > 0) {
      remains.push_back(
          std::to_string(report.left_records) +
          " of the events to be erased are in the active segment; --roll seals it first");
    }
    if (report.shared_segments > 0) remains.push_back(TRY(shared_text(*place.topic, report)));
    if (report.quarantined_files > 0) {
      remains.push_back("what recovery cut off may also hold such events (files in " +
                        std::string(log::quarantine_name) + ": " +
                        std::to_string(report.quarantined_files) +
                        "); remove what is not needed any more");
    }
    for (const std::string& text : remains) {
      text::say(text::Level::warning, place.name + ": " + text);
      end_with(cli::ExitStatus::no);
    }
    return {};
  }

  static Result<std::string> shared_text(const topic::Topic& topic, const PartitionReport& report) {
    const auto names =
        TRY(topic::count_segment_names(topic.root(), topic.name(), report.shared_files));
    std::string where;
    std::int64_t elsewhere = report.other_names;
    for (const auto& [name, count] : names) {
      where += (where.empty() ? "" : ", ") + name + " (" + std::to_string(count) + ")";
      elsewhere -= count;
    }
    if (elsewhere > 0) {
      where += (where.empty() ? "" : ", ") + std::string("outside of this data root (") +
               std::to_string(elsewhere) + ")";
    }
    return "the erased events are still in segments that have other names: " + where +
           "; erase them there also";
  }

  bool is_reported() const { return options_.is_json || !options_.is_quiet; }

  Result<void> change_topic(const std::string& argument) {
    const topic::TopicRef ref =
        TRY(topic::parse_topic_argument(argument, options_.sources.data_root));
    const topic::Topic topic = TRY(topic::Topic::open(system_, ref.root, ref.name));
    if (effect_ == log::Effect::apply) TRY(write::give_topic_id(topic));
    const auto changes = TRY(change_settings(topic));
    return is_reported() ? settings_report_.add(ref.name, changes) : Result<void>();
  }

  Result<std::vector<topic::SettingChange>> change_settings(const topic::Topic& topic) const {
    auto changes = effect_ == log::Effect::apply ? topic.change_settings(options_.settings)
                                                 : topic.preview_settings(options_.settings);
    if (changes || changes.error().code != Error::Code::usage) return changes;
    return Error{Error::Code::usage, "option --set: " + changes.error().message};
  }

  io::System& system_;
  const CompactOptions& options_;
  log::Effect effect_;
  io::Output output_;
  CompactReport report_;
  SettingsReport settings_report_;
  std::set<std::int32_t> partitions_;  // Of any topic.
  cli::ExitStatus status_ = cli::ExitStatus::done;
  std::optional<WorkProgress> progress_;
};

Result<cli::ExitStatus> compact_with(io::System& system, const CompactOptions& options) {
  return CompactRun(system, options).run();
}

}  // namespace

Result<cli::ExitStatus> compact(io::System& system, cli::Args args) {
  return run_command(system, parse_compact_options(system, args), compact_with);
}

}  // namespace estream::tool
