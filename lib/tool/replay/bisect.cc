#include "tool/replay/bisect.h"

#include <algorithm>
#include <bit>
#include <utility>

#include <fmt/format.h>

#include "io/process.h"
#include "io/signals.h"
#include "io/user_file.h"
#include "read/read_pipeline.h"
#include "read/record_merge.h"
#include "read/record_sink.h"
#include "text/say.h"

namespace estream::tool {

namespace {

enum class Verdict {
  good,
  bad,
  none,  // The time is over, or a signal came.
};

// How often an interval of so many records has to be halved until one is left.
std::int64_t tests_for(std::int64_t records) {
  return static_cast<std::int64_t>(
      std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(1, records) - 1)));
}

// The sink that counts, and keeps the envelope of the record with one number.
class Finder {
 public:
  // Records are numbered from 1; 0 is none of them.
  Finder(const read::StagePlan& plan, std::int64_t wanted) : plan_(&plan), wanted_(wanted) {}

  bool put(const read::BatchWork& work, const read::OutputPiece*& next,
           const read::OutputPiece* end) {
    const std::int64_t left = wanted_ - count_;
    if (left > 0 && left <= end - next) keep(work, next[left - 1]);
    count_ += end - next;
    next = end;
    return !is_over();
  }
  bool is_over() const { return wanted_ > 0 && count_ >= wanted_; }

  std::int64_t count() const { return count_; }
  const std::string& place() const { return place_; }
  const std::string& envelope() const { return envelope_; }

 private:
  void keep(const read::BatchWork& work, const read::OutputPiece& piece) {
    const read::StageSource& source = plan_->sources[work.source];
    const RecordView& record = work.records[piece.record];
    place_ = fmt::format("{}/{}@{}", source.topic, source.partition, record.offset.value);
    const read::RecordShape shape = {.kind = read::RecordShape::Kind::envelope,
                                     .envelope = plan_->shape.envelope,
                                     .is_for_terminal = io::is_terminal(io::standard_output)};
    json::EventParser parser;
    read::append_record(envelope_, shape, {source.topic, source.partition}, record, 0, parser);
  }

  const read::StagePlan* plan_;
  std::int64_t wanted_;
  std::int64_t count_ = 0;
  std::string place_;
  std::string envelope_;
};

class Bisection {
 public:
  Bisection(io::System& system, const ReplayInput& input, const BisectOptions& options,
            const read::EndCondition& end)
      : system_(&system), input_(&input), options_(&options), end_(&end) {}

  Result<cli::ExitStatus> run(io::Output& output);

 private:
  Result<Finder> find(std::int64_t number) const;
  Result<Verdict> test(std::int64_t count, std::int64_t tests_left) const;
  Result<void> feed(std::int64_t count, io::Output& pipe) const;
  Result<void> feed_state(std::int64_t count, read::RecordSink& sink) const;
  Result<Verdict> verdict_of(const io::ProcessEnd& end) const;
  Result<cli::ExitStatus> search(std::int64_t total, io::Output& output) const;
  Result<cli::ExitStatus> report(std::int64_t number, io::Output& output) const;

  io::System* system_;
  const ReplayInput* input_;
  const BisectOptions* options_;
  const read::EndCondition* end_;
};

Result<cli::ExitStatus> Bisection::run(io::Output& output) {
  const Finder all = TRY(find(0));
  if (end_->is_met()) return cli::ExitStatus::timed_out;
  const std::int64_t total = all.count();
  const std::int64_t most = tests_for(total);
  switch (TRY(test(total, most + 1))) {
    case Verdict::good:
      text::say(text::Level::note,
                fmt::format("{}: succeeds on all {} records", options_->command, total));
      return cli::ExitStatus::no;
    case Verdict::none:
      return cli::ExitStatus::timed_out;
    case Verdict::bad:
      break;
  }
  const Verdict on_nothing = total > 0 ? TRY(test(0, most)) : Verdict::bad;
  if (on_nothing == Verdict::none) return cli::ExitStatus::timed_out;
  if (on_nothing == Verdict::bad) {
    return Error{Error::Code::data, options_->command +
                                        ": fails even without any event, so no event can be the "
                                        "first; run it with </dev/null to see why"};
  }
  return search(total, output);
}

// It succeeds on the first `good` records and fails on the first `bad` ones.
Result<cli::ExitStatus> Bisection::search(std::int64_t total, io::Output& output) const {
  std::int64_t good = 0;
  std::int64_t bad = total;
  while (bad - good > 1) {
    const std::int64_t middle = good + (bad - good) / 2;
    const std::int64_t larger = std::max(middle - good, bad - middle);
    switch (TRY(test(middle, tests_for(larger)))) {
      case Verdict::good:
        good = middle;
        break;
      case Verdict::bad:
        bad = middle;
        break;
      case Verdict::none:
        return cli::ExitStatus::timed_out;
    }
  }
  return report(bad, output);
}

// Reads up to record `number`, or all of them.
Result<Finder> Bisection::find(std::int64_t number) const {
  read::StagePlan plan = input_->plan;
  plan.shape.kind = read::RecordShape::Kind::nothing;
  std::vector<read::BatchFeed> feeds = TRY(open_feeds(*input_, plan));
  read::ReadPipeline pipeline(feeds, plan, input_->feed.on_corrupt, read::spare_threads());
  Finder finder(input_->plan, number);
  TRY(read::RecordMerge(pipeline, input_->order).drain(finder, *end_));
  return finder;
}

// `tests_left` is how many there may be after this one.
Result<Verdict> Bisection::test(std::int64_t count, std::int64_t tests_left) const {
  io::Process process = TRY(io::Process::start(options_->command));
  {
    io::Output pipe(*system_, process.input(), options_->command);
    TRY(feed(count, pipe));
  }
  const io::ProcessEnd process_end = TRY(process.wait());
  if (end_->is_met()) return Verdict::none;
  const Verdict verdict = TRY(verdict_of(process_end));
  text::say(text::Level::detail,
            fmt::format("first {} records: {}, at most {} more tests", count,
                        verdict == Verdict::good ? "succeeds" : "fails", tests_left));
  return verdict;
}

Result<void> Bisection::feed(std::int64_t count, io::Output& pipe) const {
  if (!options_->state) {
    std::vector<read::BatchFeed> feeds = TRY(open_feeds(*input_, input_->plan));
    read::ReadPipeline pipeline(feeds, input_->plan, input_->feed.on_corrupt,
                                read::spare_threads());
    read::RecordSink sink({.max_records = count}, input_->plan, pipe);
    TRY(read::RecordMerge(pipeline, input_->order).drain(sink, *end_));
    return sink.flush();
  }
  read::RecordSink sink({}, input_->plan, pipe);
  TRY(feed_state(count, sink));
  return sink.flush();
}

Result<void> Bisection::feed_state(std::int64_t count, read::RecordSink& sink) const {
  StateOptions options = *options_->state;
  options.latest.records_max = count;
  StateRun state(*system_, *input_, options);
  const bool has_all = TRY(state.collect(*end_));
  if (!has_all) return {};
  TRY(state.write(*end_,
                  [&sink](const read::BatchWork& work, const read::OutputPiece* next,
                          const read::OutputPiece* last) { return sink.put(work, next, last); }));
  return {};
}

Result<Verdict> Bisection::verdict_of(const io::ProcessEnd& end) const {
  constexpr int last_verdict = 124;
  if (end.signal == 0 && end.status == 0) return Verdict::good;
  if (end.signal == 0 && end.status <= last_verdict) return Verdict::bad;
  const std::string how = end.signal != 0 ? fmt::format("killed by signal {}", end.signal)
                                          : fmt::format("ended with status {}", end.status);
  return Error{Error::Code::data,
               fmt::format("{}: {}, which is neither success (0) nor failure (1 to {})",
                           options_->command, how, last_verdict)};
}

Result<cli::ExitStatus> Bisection::report(std::int64_t number, io::Output& output) const {
  const Finder found = TRY(find(number));
  if (end_->is_met()) return cli::ExitStatus::timed_out;
  if (found.envelope().empty()) return changed_error("record " + std::to_string(number));
  text::say(text::Level::note,
            fmt::format("{}: the first record at which the command fails, number {} of the order",
                        found.place(), number));
  TRY(output.write(found.envelope() + "\n"));
  TRY(output.flush());
  return cli::ExitStatus::done;
}

}  // namespace

Result<cli::ExitStatus> bisect(io::System& system, const ReplayInput& input,
                               const BisectOptions& options, const read::EndCondition& end,
                               io::Output& output) {
  return Bisection(system, input, options, end).run(output);
}

}  // namespace estream::tool
