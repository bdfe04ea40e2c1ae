#include "tool/produce/produce.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/work_meter.h"
#include "cli/environment.h"
#include "io/ordered_pipeline.h"
#include "io/signals.h"
#include "io/user_file.h"
#include "text/duration.h"
#include "text/say.h"
#include "text/size.h"
#include "tool/produce/appender.h"
#include "tool/produce/atomic_appender.h"
#include "tool/produce/chunk_reader.h"
#include "tool/produce/expecting_appender.h"
#include "tool/produce/lag_gate.h"
#include "tool/produce/line_hint.h"
#include "tool/produce/reject_file.h"
#include "tool/produce/sequenced_appender.h"
#include "tool/report/work_progress.h"
#include "write/append_reach.h"

namespace estream::tool {

namespace {

std::string count_of_events(std::int64_t count) {
  return text::format_count(count, "event", "events");
}

// One run of estream-produce, from the options to the exit status.
class Run {
 public:
  Run(io::System& system, const ProduceOptions& options)
      : system_(system),
        options_(options),
        reader_(system, options.input),
        workers_wanted_(io::worker_count()),
        pool_(chunk_count()),
        start_ns_(system.monotonic_ns()) {}

  Result<cli::ExitStatus> run();

 private:
  // Chunks under way: one is read, each worker has one and one is waiting for it. Those that wait
  // to be compared or for their receipts come on top.
  std::size_t chunk_count() const {
    const std::size_t inputs = options_.input.inputs.size();
    return workers_wanted_ * 2 + 1 + (needs_events() ? held_chunks_max + 2 : 0) +
           (options_.is_atomic ? inputs + 2 : 0);
  }
  bool needs_events() const {
    return options_.producer || options_.expected_last || options_.prints_receipts ||
           options_.copies_input;
  }

  Result<void> open();
  Result<void> check_outputs();
  // Whatever is thrown in here ends the process, for another thread appends meanwhile.
  void read_all(io::OrderedPipeline<Chunk>& pipeline) noexcept;
  void append(std::unique_ptr<Chunk> chunk);
  void finish_input();
  Result<void> take(std::unique_ptr<Chunk> chunk);
  Result<void> take_bad_lines(const Chunk& chunk, const std::string& source, std::int64_t line);
  void fail(Error error);
  Result<void> start_progress();
  void note_progress();
  Result<cli::ExitStatus> end();
  void say_how_far(bool is_certain);
  void say_summary();

  static constexpr std::size_t held_chunks_max = 8;

  io::System& system_;
  const ProduceOptions& options_;
  ChunkReader reader_;
  std::size_t workers_wanted_;
  ChunkPool pool_;
  BuildOptions build_;
  std::unique_ptr<write::PartitionWriters> writers_;
  std::optional<RejectFile> rejects_;
  std::unique_ptr<Acknowledger> acknowledger_;
  std::unique_ptr<Appender> appender_;
  std::optional<LagGate> gate_;
  std::vector<std::int64_t> lines_before_;  // By source: of the chunks taken so far.
  std::int64_t input_bytes_ = 0;
  std::int64_t rejected_events_ = 0;
  bool is_broken_ = false;  // Nothing more is appended. Of the thread that appends.
  std::mutex mutex_;
  std::optional<Error> failure_;
  std::int64_t start_ns_;
  std::optional<WorkProgress> progress_;
};

Result<void> Run::open() {
  writers_ = TRY(write::PartitionWriters::open(system_, options_.target));
  if (options_.reject_path && !options_.is_dry_run) {
    rejects_.emplace(TRY(RejectFile::open(system_, *options_.reject_path)));
  }
  build_ = options_.build;
  build_.partition_count = writers_->partition_count();
  build_.keeps_events = needs_events();
  acknowledger_ = std::make_unique<Acknowledger>(system_, options_, *writers_, pool_);
  lines_before_.assign(std::max<std::size_t>(1, options_.input.inputs.size()), 0);
  TRY(check_outputs());
  TRY(acknowledger_->start());
  if (!options_.lag_limits.empty() && !options_.is_dry_run) {
    gate_.emplace(system_, *writers_, options_);
  }
  if (options_.is_dry_run) {
    appender_ = std::make_unique<DryAppender>(*acknowledger_);
  } else if (options_.expected_last) {
    appender_ = std::make_unique<ExpectingAppender>(*writers_, *acknowledger_, options_, pool_);
  } else if (options_.is_atomic) {
    appender_ = std::make_unique<AtomicAppender>(*writers_, *acknowledger_, options_, pool_);
  } else if (options_.build.sequence_path) {
    appender_ = std::make_unique<SequencedAppender>(*writers_, *acknowledger_, options_, pool_);
  } else if (options_.producer) {
    appender_ = std::make_unique<IdempotentAppender>(*writers_, *acknowledger_, options_, pool_,
                                                     held_chunks_max);
  } else {
    appender_ =
        std::make_unique<PlainAppender>(*writers_, *acknowledger_, options_.target.sync_level);
  }
  return appender_->start();
}

// What is written must be neither the input, which would never end, nor each other.
Result<void> Run::check_outputs() {
  std::optional<io::FileStatus> rejects;
  if (rejects_) rejects = TRY(rejects_->status());
  io::FileStatus output;
  const bool has_output =
      acknowledger_->prints() && system_.status(io::standard_output, output) >= 0;
  if (rejects && has_output && io::is_same_file(*rejects, output)) {
    return Error{Error::Code::usage, "option --reject: " + *options_.reject_path +
                                         " is standard output; name another file"};
  }
  for (std::size_t i = 0; i < lines_before_.size(); i++) {
    const auto input = TRY(reader_.source_status(i));
    if (input && rejects && io::is_same_file(*input, *rejects)) {
      return Error{Error::Code::usage,
                   "option --reject: " + *options_.reject_path + " is an input; name another file"};
    }
    if (input && has_output && io::is_same_file(*input, output)) {
      return Error{Error::Code::usage, "standard output: is the input " + reader_.source_name(i) +
                                           "; use another file"};
    }
  }
  return {};
}

Result<cli::ExitStatus> Run::run() {
  TRY(open());
  if (options_.input.inputs.empty() && io::is_terminal(io::standard_input)) {
    text::say(text::Level::note, "reading events from the terminal, one a line; Ctrl-D ends");
  }
  TRY(start_progress());
  {
    std::vector<ChunkBuilder> builders;
    for (std::size_t i = 0; i < workers_wanted_; i++) builders.emplace_back(build_);
    io::OrderedPipeline<Chunk> pipeline;
    TRY(pipeline.start(
        workers_wanted_, [&](std::size_t worker, Chunk& chunk) { builders[worker].build(chunk); },
        [this](std::unique_ptr<Chunk> chunk) { append(std::move(chunk)); }));
    read_all(pipeline);
    pipeline.finish();
  }
  finish_input();
  return end();
}

void Run::read_all(io::OrderedPipeline<Chunk>& pipeline) noexcept {
  for (std::int64_t number = 0;; number++) {
    std::unique_ptr<Chunk> chunk = pool_.take();
    chunk->number = number;
    auto more = reader_.next(*chunk);
    const auto now = cli::current_time();
    if (!more || !now) {
      fail(!more ? std::move(more).error() : now.error());
      return;
    }
    if (!*more) return;
    chunk->read_at = *now;
    pipeline.push(std::move(chunk));
  }
}

void Run::append(std::unique_ptr<Chunk> chunk) {
  // After a failed sync nothing is appended that nobody would acknowledge.
  is_broken_ = is_broken_ || acknowledger_->has_failed();
  if (is_broken_) return pool_.give_back(std::move(chunk));
  if (auto taken = take(std::move(chunk)); !taken) {
    is_broken_ = true;
    fail(std::move(taken).error());
  }
  note_progress();
}

void Run::finish_input() {
  if (is_broken_ || acknowledger_->has_failed()) return;
  if (auto finished = appender_->finish_input(); !finished) fail(std::move(finished).error());
}

Result<void> Run::take(std::unique_ptr<Chunk> chunk) {
  if (gate_ && !TRY(gate_->pass(*chunk))) {
    is_broken_ = true;
    pool_.give_back(std::move(chunk));
    return {};
  }
  SettledChunk settled;
  settled.source = reader_.source_name(chunk->source_index);
  // Lines are counted in the file that has the name.
  if (chunk->begins_anew) lines_before_[chunk->source_index] = 0;
  settled.first_line = lines_before_[chunk->source_index] + 1;
  lines_before_[chunk->source_index] += chunk->line_count;
  input_bytes_ += static_cast<std::int64_t>(chunk->size);
  TRY(take_bad_lines(*chunk, settled.source, settled.first_line));
  std::optional<Error> fatal;
  if (chunk->fatal) {
    const BadLine& bad = *chunk->fatal;
    fatal = Error{Error::Code::data,
                  fmt::format("{}:{}: {}{}", settled.source, settled.first_line + bad.line,
                              bad.reason, line_hint(bad, options_.build.format))};
  }
  settled.chunk = std::move(chunk);
  TRY(appender_->append(std::move(settled)));
  if (fatal) return *fatal;
  return {};
}

Result<void> Run::take_bad_lines(const Chunk& chunk, const std::string& source,
                                 std::int64_t first_line) {
  for (const BadLine& bad : chunk.rejected) {
    rejected_events_++;
    if (rejects_) TRY(rejects_->add(source, first_line + bad.line, bad));
    if (options_.reject_limit && rejected_events_ > *options_.reject_limit) {
      return Error{
          Error::Code::data,
          fmt::format("{}:{}: more than {} events were rejected; see {}", source,
                      first_line + bad.line, *options_.reject_limit, *options_.reject_path)};
    }
  }
  return {};
}

void Run::fail(Error error) {
  {
    const std::scoped_lock guard(mutex_);
    if (!failure_) failure_ = std::move(error);
  }
  io::request_stop();
}

// The share is known of files that are read to their end.
Result<void> Run::start_progress() {
  const ChunkReaderOptions& input = options_.input;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < input.inputs.size(); i++) {
    const auto status = TRY(reader_.source_status(i));
    const bool is_file = status && status->kind == io::FileStatus::Kind::regular;
    if (!is_file || input.follows || input.events_max) {
      total = 0;
      break;
    }
    total += static_cast<std::int64_t>(status->size_bytes);
  }
  work_meter().total = total;
  progress_.emplace(system_, "stored", options_.progress,
                    acknowledger_->prints() ? OutputDuring::events : OutputDuring::nothing);
  return {};
}

void Run::note_progress() {
  work_meter().events = appender_->totals().appended_events;
  work_meter().bytes = input_bytes_;
}

Result<cli::ExitStatus> Run::end() {
  progress_.reset();
  auto closed = appender_->close();
  if (!closed && !failure_) failure_ = closed.error();
  auto finished = acknowledger_->finish();
  const AppendTotals& totals = appender_->totals();
  const bool is_certain =
      closed && finished && totals.uncertain_events == 0 && !totals.has_unsynced_part;
  if (!finished && !failure_) failure_ = std::move(finished).error();
  if (!failure_) {
    if (auto left = writers_->finish(); !left) failure_ = std::move(left).error();
  }
  if (rejects_) {
    if (auto written = rejects_->finish(); !written && !failure_) failure_ = written.error();
  }
  writers_->say_notices();
  if (failure_ || io::stop_signal() != 0) say_how_far(is_certain);
  if (failure_) return *failure_;
  if (const auto& refusal = appender_->refusal()) {
    text::say(text::Level::error, *refusal);
    return cli::ExitStatus::no;
  }
  if (!options_.is_dry_run) TRY(writers_->create_if_asked());
  say_summary();
  if (io::stop_signal() != 0) io::die_of(io::stop_signal());
  if (rejected_events_ == 0) return cli::ExitStatus::done;
  text::say(text::Level::warning,
            options_.is_dry_run
                ? fmt::format("{} would be rejected", count_of_events(rejected_events_))
                : fmt::format("{} rejected, see {}", count_of_events(rejected_events_),
                              *options_.reject_path));
  return cli::ExitStatus::data_problem;
}

void Run::say_how_far(bool is_certain) {
  if (options_.is_dry_run) return;
  const AppendTotals& totals = appender_->totals();
  const auto text = write::describe({
      .acknowledged_events = acknowledger_->acknowledged_events(),
      .stored_events = totals.appended_events + totals.duplicate_events + totals.uncertain_events,
      .is_certain = is_certain,
      .is_all_or_none = options_.is_atomic,
      .decided_events = totals.decided_events,
      .last_line = acknowledger_->last_line(),
      .can_be_repeated = options_.producer.has_value(),
      .is_expected_once = options_.expected_last.has_value(),
      .has_producer_option = true,
      .is_stopped = !failure_,
  });
  if (text) text::say(text::Level::note, *text);
}

void Run::say_summary() {
  const bool wants = options_.verbosity > 0 || options_.is_dry_run ||
                     (options_.verbosity == 0 && io::is_terminal(io::standard_error));
  if (!wants) return;
  const AppendTotals& totals = appender_->totals();
  const std::chrono::nanoseconds time(system_.monotonic_ns() - start_ns_);
  if (writers_->has_made_topic()) {
    text::say(
        text::Level::note,
        fmt::format("made the topic {} with {}", options_.target.topic.name,
                    text::format_count(writers_->partition_count(), "partition", "partitions")));
  }
  std::string text = fmt::format(
      "{} {} to {}, {} stored as {}, {}", options_.is_dry_run ? "would append" : "appended",
      count_of_events(totals.appended_events), options_.target.topic.name,
      text::format_size(totals.plain_bytes), text::format_size(totals.stored_bytes),
      text::format_duration(time));
  if (totals.duplicate_events > 0) {
    text += fmt::format("; {} {} there already", count_of_events(totals.duplicate_events),
                        totals.duplicate_events == 1 ? "was" : "were");
  }
  text::say(text::Level::note, text);
}

}  // namespace

Result<cli::ExitStatus> produce(io::System& system, cli::Args args) {
  const ProduceRequest request = TRY(parse_produce_options(system, args));
  if (request.outcome.action != cli::ParseOutcome::Action::run) {
    return cli::print(request.outcome.text);
  }
  text::set_verbosity(request.options.verbosity);
  return Run(system, request.options).run();
}

}  // namespace estream::tool
