#include "tool/replay/replay_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "io/signals.h"
#include "io/user_file.h"
#include "text/duration.h"
#include "text/say.h"
#include "text/size.h"
#include "tool/replay/dry_sink.h"
#include "tool/replay/print_sink.h"
#include "tool/replay/replay_input.h"

namespace estream::tool {

namespace {

// A replay that ran slow misleads whoever measures what comes out of it.
constexpr std::int64_t worth_warning_ns = 1'000'000'000;

}  // namespace

ReplayRun::ReplayRun(io::System& system, const ReplayOptions& options, Lookups& lookups,
                     io::Output& output, const read::EndCondition& end)
    : system_(&system),
      options_(&options),
      lookups_(&lookups),
      output_(&output),
      end_(&end),
      copy_(options.copy),
      reading_(options.request.selection, options.shape, options.feed) {
  plan_.enrichment = lookups.enrichment();
  reading_.enrich_with(lookups.enrichment());
}

Result<void> ReplayRun::plan(std::vector<read::PartitionSource> sources) {
  TRY(read::check_positions(options_->request, sources));
  if (options_->job == ReplayOptions::Job::copy) TRY(plan_copy(sources));
  plan_.selection = options_->request.selection;
  plan_.shape = options_->shape;
  for (read::PartitionSource& source : sources) {
    const Offset begin = TRY(read::resolve_begin(source, options_->request));
    const read::ReadWindow window =
        TRY(read::resolve_window(source, options_->request, begin, read::Horizon::now));
    read::say_window(source.name, window, options_->request.zone);
    plan_.sources.push_back(
        {source.topic->name(), source.partition, window, source.topic->config().partition_count});
  }
  TRY(lookups_->refresh());
  if (!options_->is_dry_run) TRY(open_sink());
  for (std::size_t i = 0; i < sources.size(); i++) {
    TRY(reading_.add(std::move(sources[i]), plan_.sources[i].window));
  }
  reading_.start(read::MergeOrder::time);
  return {};
}

// A topic that is made takes after the first one that is read.
Result<void> ReplayRun::plan_copy(const std::vector<read::PartitionSource>& sources) {
  write::WriteTarget& target = copy_.target;
  TRY(lookups_->check_written("--into", target.topic));
  const auto there = topic::Topic::open(*system_, target.topic.root, target.topic.name);
  std::int32_t partition_count = 1;
  for (const read::PartitionSource& source : sources) {
    partition_count = std::max(partition_count, source.topic->config().partition_count);
    // The copy must not read itself, by whatever path.
    if (!there || there->layout() == log::Layout::kafka ||
        source.topic->layout() == log::Layout::kafka) {
      continue;
    }
    const io::FileStatus from = TRY(source.topic->directory_status());
    const io::FileStatus to = TRY(there->directory_status());
    if (from.device != to.device || from.inode != to.inode) continue;
    return Error{Error::Code::usage,
                 "option --into: " + target.topic.name + " is one of the topics that are read"};
  }
  target.settings = sources.front().topic->config();
  target.settings.partition_epoch = 0;
  target.settings.partition_count = partition_count;
  return {};
}

Result<cli::ExitStatus> ReplayRun::run() {
  if (options_->is_dry_run) return run_dry();
  PacedSink paced(*system_, options_->pace, *end_, *sink_);
  TRY(paced.begin());
  if (options_->job == ReplayOptions::Job::print) paced.watch_output();
  Result<void> replayed = reading_.drain(paced, *end_);
  if (replayed) replayed = paced.outcome();
  const Result<void> finished = sink_->finish();
  lookups_->report(reading_.plain_records());
  say_outcome(*sink_, paced.lateness());
  if (!replayed || !finished || end_->is_met() || paced.is_stopped()) say_reach(*sink_);
  if (!replayed) return replayed.error();
  if (!finished) return finished.error();
  return status(*sink_);
}

Result<cli::ExitStatus> ReplayRun::run_dry() {
  DrySink sink(options_->pace, options_->sink.max_records);
  TRY(reading_.drain(sink, *end_));
  lookups_->report(reading_.plain_records());
  if (end_->is_timed_out()) return cli::ExitStatus::timed_out;
  using Shape = ReportStyle::Shape;
  TRY(sink.report(
      report_style(options_->is_json ? Shape::json : Shape::table, options_->request.zone),
      *output_));
  TRY(output_->flush());
  if (output_->has_given_up()) return cli::ExitStatus::timed_out;
  return reading_.corrupt_batches() > 0 ? cli::ExitStatus::data_problem : cli::ExitStatus::done;
}

Result<void> ReplayRun::open_sink() {
  if (options_->job != ReplayOptions::Job::copy) {
    sink_ = std::make_unique<PrintSink>(options_->sink, plan_, *output_);
    return {};
  }
  auto sink = TRY(TopicSink::open(*system_, copy_, plan_));
  if (sink->has_to_compare()) TRY(compare_copy(*sink));
  sink_ = std::move(sink);
  return {};
}

// A reading of its own, up to the first events that are not in the copy.
Result<void> ReplayRun::compare_copy(TopicSink& sink) {
  const ReplayInput input = {
      .open = [this] { return read::open_sources(*system_, options_->request.sources); },
      .plan = plan_,
      .feed = options_->feed};
  std::vector<read::BatchFeed> feeds = TRY(open_feeds(input, input.plan));
  {
    read::ReadPipeline pipeline(feeds, input.plan, input.feed.on_corrupt, read::spare_threads());
    TRY(sink.compare(pipeline, *end_, plan_));
  }
  for (const read::BatchFeed& feed : feeds) corrupt_batches_ += feed.corrupt_batches();
  return {};
}

void ReplayRun::say_outcome(const ReplaySink& sink, const PacedSink::Lateness& lateness) const {
  const bool is_late = lateness.ns >= worth_warning_ns;
  const auto level = is_late ? text::Level::warning : text::Level::detail;
  if (lateness.ns > 0 && text::is_said(level)) {
    const read::StageSource& source = reading_.plan().sources[lateness.source];
    text::say(level,
              fmt::format("events came up to {} late, at worst {}/{}@{}{}",
                          text::format_duration(std::chrono::nanoseconds(lateness.ns)),
                          source.topic, source.partition, lateness.offset.value,
                          is_late ? "; a slower -s, or a faster reader, keeps the pace" : ""));
  }
  if (!text::is_said(text::Level::detail)) return;
  const std::string into = options_->job == ReplayOptions::Job::copy
                               ? " into " + options_->copy.target.topic.name
                               : std::string();
  std::string text = text::format_count(sink.taken(), "event", "events") + into;
  if (sink.found() > 0)
    text += "; " + std::to_string(sink.found()) + (sink.found() == 1 ? " was" : " were") +
            " there already";
  text::say(text::Level::detail, text);
}

void ReplayRun::say_reach(const ReplaySink& sink) const {
  if (const auto text = sink.reach()) {
    text::say(text::Level::note, *text);
  } else if (io::stop_signal() != 0 && !output_->is_closed() &&
             !io::is_terminal(io::standard_output)) {
    // A terminal shows how far it came.
    text::say(text::Level::note, "stopped after " +
                                     text::format_count(sink.taken(), "event", "events") +
                                     "; run it again for all");
  }
}

cli::ExitStatus ReplayRun::status(const ReplaySink& sink) const {
  if (corrupt_batches_ + reading_.corrupt_batches() > 0) return cli::ExitStatus::data_problem;
  const bool is_cut = (end_->is_timed_out() && !sink.is_over()) || output_->has_given_up();
  return is_cut ? cli::ExitStatus::timed_out : cli::ExitStatus::done;
}

}  // namespace estream::tool
