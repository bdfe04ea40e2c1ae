#include "tool/compact/compact.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/say.h"
#include "cli/size.h"
#include "tool/compact/options.h"
#include "tool/compact/partition.h"
#include "tool/compact/report.h"
#include "topic/topic_name.h"

namespace estream::tool {

namespace {

class CompactRun {
 public:
  CompactRun(io::System& system, const CompactOptions& options)
      : system_(system), options_(options), effect_(options.plan.effect) {}

  Result<cli::ExitStatus> run() {
    if (options_.settings.empty() && !options_.follows_policy && options_.plan.does_nothing()) {
      cli::say(cli::Level::note, "nothing was done, because no limit is given; see --help");
      return cli::ExitStatus::done;
    }
    for (const std::string& topic : TRY(topics())) {
      if (io::is_stop_requested()) break;
      auto done = options_.settings.empty() ? compact_topic(topic) : change_topic(topic);
      if (!done) fail(done.error());
    }
    TRY(print_report());
    return status_;
  }

 private:
  Result<std::vector<std::string>> topics() const {
    if (!options_.wants_all_topics) return each_once(options_.sources.topics);
    return topic::list_topics(system_, options_.sources.data_root);
  }

  // One topic's trouble does not keep the others from being served.
  void fail(const Error& error) {
    cli::say(cli::Level::error, error.message);
    const cli::ExitStatus status = cli::exit_status(error.code);
    if (status_ == cli::ExitStatus::done || status_ == cli::ExitStatus::no) status_ = status;
  }

  Result<void> compact_topic(const std::string& argument) {
    const SourceRequest& all = options_.sources;
    std::vector<PartitionSource> sources =
        TRY(open_sources(system_, {{argument}, all.partitions, all.names, all.data_root}));
    for (PartitionSource& source : sources) {
      if (io::is_stop_requested()) return {};
      const auto plan = plan_for(source);
      if (!plan) return plan.error();
      if (plan->does_nothing()) continue;
      auto report = compact_partition(source, *plan);
      if (!report) {
        fail(report.error());
      } else {
        TRY(take(*std::move(report)));
      }
    }
    return {};
  }

  Result<CompactPlan> plan_for(const PartitionSource& source) const {
    CompactPlan plan = options_.plan;
    if (!options_.follows_policy || source.topic->layout() == log::Layout::kafka) return plan;
    // The topic's directory is the partition's parent.
    const std::string path = source.reader.directory().name() + "/..";
    const io::Directory directory = TRY(io::Directory::open(system_, path));
    const std::string json = TRY(read_topic_json(directory));
    const auto policy = parse_compaction_policy(json);
    if (!policy) return Error{policy.error().code, source.name + ": " + policy.error().message};
    const topic::TopicConfig& config = source.topic->config();
    if (config.cleanup_policy.find("delete") != std::string::npos) {
      if (config.retention_ms >= 0) plan.limits.max_age_ms = config.retention_ms;
      if (config.retention_bytes >= 0) plan.limits.max_bytes = config.retention_bytes;
    }
    if (config.cleanup_policy.find("compact") != std::string::npos) {
      plan.keys.emplace();
      plan.keys->keep_tombstones_ms = policy->delete_retention_ms;
      plan.keys->min_dirty = policy->min_cleanable_dirty_ratio;
      plan.keys->null_keys = options_.null_keys.value_or(policy->null_keys);
    }
    return plan;
  }

  Result<void> take(PartitionReport report) {
    if (report.left_records > 0) {
      cli::say(cli::Level::warning,
               report.topic + "/" + std::to_string(report.partition) + ": " +
                   cli::format_count(report.left_records) +
                   " of the events to be erased are in the active segment; --roll seals it first");
      if (status_ == cli::ExitStatus::done) status_ = cli::ExitStatus::no;
    }
    if (options_.is_quiet && !options_.is_json) return {};
    if (options_.is_json) return print(report_json(report, effect_));
    reports_.push_back(std::move(report));
    return {};
  }

  Result<void> change_topic(const std::string& argument) {
    const topic::TopicRef ref =
        TRY(topic::parse_topic_argument(argument, options_.sources.data_root));
    const topic::Topic topic = TRY(topic::Topic::open(system_, ref.root, ref.name));
    if (topic.layout() == log::Layout::kafka) {
      return Error{Error::Code::usage,
                   ref.root + ": is a Kafka broker's directory, which estream only reads"};
    }
    const io::Directory root = TRY(io::Directory::open(system_, ref.root));
    const io::Directory directory = TRY(root.open_directory(ref.name));
    const std::string json = TRY(read_topic_json(directory));
    auto changed = change_settings(json, options_.settings);
    if (!changed) return std::move(changed).error();
    if (effect_ == log::Effect::apply) {
      TRY(write_topic_json(directory, changed->json));
    }
    if (options_.is_json) return print(settings_json(ref.name, changed->changes, effect_));
    return options_.is_quiet ? Result<void>() : print(settings_text(ref.name, changed->changes));
  }

  Result<void> print_report() const {
    if (reports_.empty()) return {};
    return print(report_table(reports_, effect_));
  }

  static Result<void> print(const std::string& text) {
    TRY(cli::print(text));
    return {};
  }

  io::System& system_;
  const CompactOptions& options_;
  log::Effect effect_;
  std::vector<PartitionReport> reports_;
  cli::ExitStatus status_ = cli::ExitStatus::done;
};

Result<cli::ExitStatus> compact_with(io::System& system, const CompactOptions& options) {
  return CompactRun(system, options).run();
}

}  // namespace

Result<cli::ExitStatus> compact(io::System& system, cli::Args args) {
  return run_command(system, parse_compact_options(args), compact_with);
}

}  // namespace estream::tool
