#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>

#include "cli/environment.h"
#include "io/signals.h"
#include "read/arrival_watch.h"
#include "read/batch_feed.h"
#include "read/batch_walk.h"
#include "read/end_condition.h"
#include "read/topic_wait.h"
#include "record/record.h"
#include "tool/inspect/expectation.h"
#include "tool/inspect/scan.h"
#include "tool/inspect/verbs.h"

namespace estream::tool {

namespace {

using Quantity = Expectation::Quantity;

constexpr std::int64_t look_ns = 200'000'000;  // An age grows without any arrival.

// Measures a quantity, and goes on measuring as the log grows: nothing is read twice.
class Measure {
 public:
  Measure(const Expectation& expectation, const InspectOptions& options)
      : expectation_(&expectation), options_(&options) {}

  Result<void> begin(std::vector<read::PartitionSource> sources) {
    for (read::PartitionSource& source : sources) {
      read::ReadWindow window = TRY(window_of(source, *options_));
      if (options_->timeout_ns && options_->request.to.empty()) window.end = {INT64_MAX};
      const bool by_batch = expectation_->quantity == Quantity::count && !expectation_->filter;
      read::FeedOptions how;
      how.counting = by_batch ? read::Counting::by_batch : read::Counting::by_record;
      if (expectation_->quantity == Quantity::count) {
        feeds_.emplace_back(std::move(source), how);
        TRY(feeds_.back().begin(window));
      } else {
        walks_.emplace_back(sources_.emplace_back(std::move(source)));
        TRY(walks_.back().begin(window));
      }
    }
    return {};
  }

  void watch(read::ArrivalWatch& arrivals) const {
    for (const read::BatchFeed& feed : feeds_) arrivals.add(feed.reader(), feed.topic().layout());
    for (const read::PartitionSource& source : sources_) {
      arrivals.add(source.reader, source.topic->layout());
    }
  }

  Result<void> refresh() {
    for (read::BatchFeed& feed : feeds_) {
      TRY(feed.topic().check_in_place(feed.reader().directory()));
      TRY(feed.refresh());
    }
    for (read::BatchWalk& walk : walks_) {
      TRY(walk.source().topic->check_in_place(walk.source().reader.directory()));
      TRY(walk.refresh());
    }
    return {};
  }

  // As of the last refresh.
  Result<std::int64_t> value() {
    switch (expectation_->quantity) {
      case Quantity::count:
        return count();
      case Quantity::size:
        TRY(walk());
        return bytes_;
      case Quantity::age: {
        TRY(walk());
        const Timestamp now = TRY(cli::current_time());
        std::int64_t age = 0;
        const bool is_beyond = __builtin_sub_overflow(now.ms, newest_.ms, &age);
        return newest_ == Timestamp{} || is_beyond ? no_age : age;
      }
      case Quantity::first:
      case Quantity::last:
        return edge();
      case Quantity::partitions:
        return static_cast<std::int64_t>(sources_.size());
    }
    return 0;
  }

 private:
  Result<std::int64_t> count() {
    std::int64_t counted = 0;
    for (read::BatchFeed& feed : feeds_) {
      TRY(count_more(feed));
      counted += feed.counted_records();
    }
    return counted + matches_;
  }

  Result<void> count_more(read::BatchFeed& feed) {
    const RecordPlace place = {feed.topic().name(), feed.partition()};
    return read_records(feed, [&](const RecordView& record) {
      const auto& filter = expectation_->filter;
      if (!filter || filter->matches(place, record, parser_)) matches_++;
    });
  }

  // Over the headers of what has not been seen yet.
  Result<void> walk() {
    for (read::BatchWalk& walk : walks_) {
      while (io::stop_signal() == 0) {
        const auto header = TRY(walk.next());
        if (!header) break;
        TRY(add(walk, *header));
      }
    }
    return {};
  }

  Result<void> add(read::BatchWalk& walk, const BatchHeader& header) {
    const read::Overlap overlap = walk.overlap();
    if (overlap == read::Overlap::none) return {};
    // The header does not tell whether an event of the batch is in the window.
    if (overlap == read::Overlap::part && !walk.window().times.is_everything()) {
      const auto records = TRY(walk.records());
      for (const RecordView& record : records) newest_ = std::max(newest_, record.timestamp);
      if (records.empty()) return {};
    } else {
      newest_ = std::max(newest_, header.max_timestamp);
    }
    bytes_ += static_cast<std::int64_t>(header.size_bytes());
    return {};
  }

  Result<std::int64_t> edge() const {
    std::int64_t first = INT64_MAX;
    std::int64_t last = -1;
    for (const read::PartitionSource& source : sources_) {
      const log::PartitionReader& reader = source.reader;
      first = std::min(first, reader.log_start_offset().value);
      if (expectation_->quantity == Quantity::first) continue;
      last = std::max(last, TRY(reader.known_end()).value - 1);
    }
    return expectation_->quantity == Quantity::first ? first : last;
  }

  const Expectation* expectation_;
  const InspectOptions* options_;
  std::deque<read::BatchFeed> feeds_;          // For counts.
  std::deque<read::PartitionSource> sources_;  // For everything else.
  std::deque<read::BatchWalk> walks_;          // Of the sources.
  json::EventParser parser_;
  std::int64_t matches_ = 0;
  std::int64_t bytes_ = 0;
  Timestamp newest_;
};

// With -T a topic that is named may come later. Nothing when it did not come in time.
Result<std::vector<read::PartitionSource>> open_or_wait(io::System& system,
                                                        const InspectOptions& options,
                                                        const read::EndCondition& end) {
  const read::SourceRequest& request = options.request.sources;
  if (request.topics.empty()) {
    return open_topics(system, options, TRY(names_of_topics(system, options)));
  }
  const auto missing =
      options.timeout_ns ? read::MissingTopic::is_waited_for : read::MissingTopic::is_error;
  return read::wait_for_sources(system, request, missing, end);
}

struct Answer {
  std::int64_t actual = 0;
  bool is_settled = true;  // It stayed as it is for as long as was asked.

  bool is_yes(const Expectation& expectation) const {
    return is_settled && expectation.holds(actual);
  }
};

// Until it is true, and has stayed so; until it cannot become true any more; or until the time is
// over. What is appended up to the answer is seen by it: a yes is looked at once more.
Result<Answer> wait_for(io::System& system, const Expectation& expectation,
                        const InspectOptions& options, Measure& measure,
                        const read::EndCondition& end) {
  read::ArrivalWatch arrivals(system);
  measure.watch(arrivals);
  const std::int64_t settle_ns = options.settle_ns.value_or(0);
  std::optional<std::int64_t> before;
  std::int64_t quiet_since_ns = system.monotonic_ns();
  for (;;) {
    TRY(measure.refresh());
    const std::int64_t actual = TRY(measure.value());
    const std::int64_t now_ns = system.monotonic_ns();
    const bool is_news = before != actual;
    if (is_news) quiet_since_ns = now_ns;
    before = actual;
    const bool holds = expectation.holds(actual);
    const bool is_settled = !is_news && now_ns - quiet_since_ns >= settle_ns;
    if (holds ? is_settled : !expectation.may_hold_later(actual)) return Answer{actual};
    if (end.is_met()) return Answer{actual, is_settled || (holds && settle_ns == 0)};
    if (is_news && holds && settle_ns == 0) continue;
    std::int64_t wait_ns = std::min(look_ns, *end.deadline_ns() - now_ns);
    if (holds) wait_ns = std::min(wait_ns, quiet_since_ns + settle_ns - now_ns);
    arrivals.wait(wait_ns);
  }
}

Result<void> report(const Expectation& expectation, const Answer& answer,
                    const InspectOptions& options, io::Output& output) {
  const std::int64_t actual = answer.actual;
  const bool is_true = answer.is_yes(expectation);
  if (options.style.is_json()) {
    std::string line;
    json::ObjectWriter(line)
        .text("expect", expectation.quantity_text + " " + expectation.condition_text)
        .json("actual", actual == no_age ? "null" : std::to_string(actual))
        .boolean("ok", is_true)
        .end();
    return write_json_line(line, options.style, output);
  }
  if (is_true || options.is_quiet) return {};
  if (expectation.holds(actual)) {
    return output.write(expectation.quantity_text + " is " + std::to_string(actual) +
                        ", as expected, but not for as long as --settle asks\n");
  }
  return output.write(expectation.contradiction(actual) + "\n");
}

}  // namespace

Result<cli::ExitStatus> inspect_expect(io::System& system, const InspectOptions& options,
                                       io::Output& output) {
  const Expectation expectation = TRY(Expectation::parse(options.expression));
  const read::EndCondition end(system, options.timeout_ns);
  std::vector<read::PartitionSource> sources = TRY(open_or_wait(system, options, end));
  if (sources.empty()) {
    return Error{Error::Code::timed_out, "expect: the topic did not come in time"};
  }
  TRY(read::check_positions(options.request, sources));
  Measure measure(expectation, options);
  TRY(measure.begin(std::move(sources)));
  Answer answer = {TRY(measure.value())};
  if (options.timeout_ns) answer = TRY(wait_for(system, expectation, options, measure, end));
  TRY(check_complete());
  TRY(report(expectation, answer, options, output));
  if (answer.is_yes(expectation)) return cli::ExitStatus::done;
  const bool is_decided = !options.timeout_ns || !expectation.may_hold_later(answer.actual);
  return is_decided ? cli::ExitStatus::no : cli::ExitStatus::timed_out;
}

}  // namespace estream::tool
