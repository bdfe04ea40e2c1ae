#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <vector>

#include "json/event_parser.h"
#include "text/duration.h"
#include "text/say.h"
#include "tool/inspect/histogram.h"
#include "tool/inspect/scan.h"
#include "tool/inspect/verbs.h"

namespace estream::tool {

namespace {

constexpr std::size_t rows_max = 100'000;
constexpr int bar_min = 10;
constexpr int usual_width = 80;
constexpr int other_columns = 52;  // Of the columns before the bar, about.

// The records that are asked for: in the window, and past the filters.
class WantedRecords {
 public:
  explicit WantedRecords(const read::RecordSelection& selection) : selection_(&selection) {}

  // Whether the header tells of all records of the batch at which `walk` stands.
  bool are_all_of(const read::BatchWalk& walk) const {
    return selection_->is_everything() && walk.overlap() == read::Overlap::all;
  }

  // The times of those in the batch at which `walk` stands.
  Result<std::vector<Timestamp>> times_in(read::BatchWalk& walk) {
    const RecordPlace place = {walk.source().topic->name(), walk.source().partition};
    std::vector<Timestamp> times;
    for (const RecordView& record : TRY(walk.records())) {
      if (selection_->matches(place, record, parser_)) times.push_back(record.timestamp);
    }
    return times;
  }

 private:
  const read::RecordSelection* selection_;
  json::EventParser parser_;
};

// Adds the batches of partitions. Only what does not lie in one stretch of time, or is not wanted
// as a whole, is unpacked.
class HistScan {
 public:
  HistScan(Histogram& histogram, WantedRecords& wanted)
      : histogram_(&histogram), wanted_(&wanted) {}

  Result<void> add(read::PartitionSource& source, const read::ReadWindow& window) {
    return walk_batches(source, window, [this](read::BatchWalk& walk, const BatchHeader& header) {
      return add(walk, header);
    });
  }

 private:
  bool is_in_one(const read::PartitionSource& source, const BatchHeader& header) const {
    if (header.record_count == 1) return true;
    const Timestamp begin = histogram_->begin_of(header.max_timestamp);
    const read::ReadWindow bucket = {.begin = {0}, .times = {.since = begin, .until = {}}};
    return read::overlap_of(header, source.reader, bucket) == read::Overlap::all;
  }

  Result<void> add(read::BatchWalk& walk, const BatchHeader& header) {
    if (wanted_->are_all_of(walk) && is_in_one(walk.source(), header)) {
      histogram_->add(header.max_timestamp, header.record_count,
                      static_cast<std::int64_t>(header.size_bytes()));
      return {};
    }
    const std::vector<Timestamp> times = TRY(wanted_->times_in(walk));
    if (times.empty()) return {};
    const auto size = static_cast<double>(header.size_bytes());
    const double share = static_cast<double>(times.size()) / header.record_count;
    histogram_->add(times, static_cast<std::int64_t>(size * share));
    return {};
  }

  Histogram* histogram_;
  WantedRecords* wanted_;
};

// The earliest and the latest time of what is wanted.
class SpanScan {
 public:
  explicit SpanScan(WantedRecords& wanted) : wanted_(&wanted) {}

  Result<void> add(read::PartitionSource& source, const read::ReadWindow& window) {
    return walk_batches(source, window,
                        [&](read::BatchWalk& walk, const BatchHeader& header) -> Result<void> {
                          const auto smallest = source.reader.smallest_timestamp(header);
                          if (wanted_->are_all_of(walk) && smallest) {
                            widen(*smallest);
                            widen(header.max_timestamp);
                            return {};
                          }
                          for (const Timestamp time : TRY(wanted_->times_in(walk))) widen(time);
                          return {};
                        });
  }

  const read::TimeRange& span() const { return span_; }

 private:
  void widen(Timestamp time) {
    span_.since = std::min(span_.since.value_or(time), time);
    span_.until = std::max(span_.until.value_or(time), time);
  }

  WantedRecords* wanted_;
  read::TimeRange span_;
};

std::string bar_of(std::int64_t records, std::int64_t most, const ReportStyle& style) {
  const int width =
      std::max((style.width > 0 ? style.width : usual_width) - other_columns, bar_min);
  const double exact = most == 0 ? 0 : static_cast<double>(records) / static_cast<double>(most);
  const auto eighths = static_cast<int>(exact * width * 8 + 0.5);
  if (!style.draws_blocks) return std::string(static_cast<std::size_t>(eighths / 8), '#');
  std::string bar;
  for (int i = 0; i < eighths / 8; i++) bar += "\u2588";
  constexpr std::array<const char*, 8> ends = {"",       "\u258f", "\u258e", "\u258d",
                                               "\u258c", "\u258b", "\u258a", "\u2589"};
  return bar + ends.at(static_cast<std::size_t>(eighths % 8));
}

Result<void> write_rows(const Histogram& histogram, const InspectOptions& options,
                        io::Output& output) {
  const auto rows = histogram.rows(rows_max);
  const std::chrono::milliseconds bucket(histogram.bucket_ms());
  if (!rows) {
    return Error{Error::Code::usage, "option --by: " + text::format_duration(bucket) +
                                         " would make more than " + std::to_string(rows_max) +
                                         " rows; write a longer one, or choose a time by -S"};
  }
  const auto is_far = [&](const Histogram::Row& before, const Histogram::Row& row) {
    return before.begin != Timestamp{} && row.begin.ms > before.begin.ms + histogram.bucket_ms();
  };
  if (std::ranges::adjacent_find(*rows, is_far) != rows->end()) {
    text::say(text::Level::note,
              "hist: rows without events are left out, because there are more than " +
                  std::to_string(rows_max));
  }
  const bool has_bars = options.style.is_terminal && !options.style.is_json();
  std::vector<Column> columns = {{"ts", "TIME"}, {"records", "RECORDS"}, {"size", "SIZE"}};
  if (has_bars) columns.push_back({"bar", "BAR", Column::Shown::in_table});
  std::int64_t most = 0;
  for (const Histogram::Row& row : *rows) most = std::max(most, row.bucket.records);
  Report report(columns, options.style, output);
  std::span<const Histogram::Row> newest = *rows;
  const auto room = static_cast<std::size_t>(options.style.rows_max);
  if (room > 0 && newest.size() > room) {
    report.leave_out_rows(static_cast<std::int64_t>(newest.size() - room));
    newest = newest.last(room);
  }
  for (const Histogram::Row& row : newest) {
    std::vector<Cell> cells = {time_cell(row.begin), count_cell(row.bucket.records),
                               size_cell(row.bucket.bytes)};
    if (has_bars) cells.push_back(text_cell(bar_of(row.bucket.records, most, options.style)));
    TRY(report.add(cells));
  }
  return report.finish();
}

// So many rows fit on the screen.
std::int64_t fitting_rows(const InspectOptions& options) {
  constexpr std::int64_t usual = 49;
  constexpr std::int64_t least = 8;
  constexpr std::int64_t others = 3;  // The heading, and the prompt that comes after the table.
  const bool is_known = options.style.is_terminal && options.style.height > 0;
  return is_known ? std::max(options.style.height - others, least) : usual;
}

}  // namespace

Result<cli::ExitStatus> inspect_hist(io::System& system, const InspectOptions& options,
                                     io::Output& output) {
  const auto add_to = [&](auto& scan) {
    return PartitionWalk(system, options).each([&](read::PartitionSource source) -> Result<void> {
      const read::ReadWindow window = TRY(window_of(source, options));
      return scan.add(source, window);
    });
  };
  WantedRecords wanted(options.request.selection);
  std::int64_t bucket_ms = 1;
  if (options.bucket_ms) {
    bucket_ms = *options.bucket_ms;
  } else {
    SpanScan scan(wanted);
    TRY(add_to(scan));
    const read::TimeRange& span = scan.span();
    bucket_ms =
        Histogram::fitting_bucket_ms(span.since.value_or(Timestamp{0}),
                                     span.until.value_or(Timestamp{0}), fitting_rows(options));
  }
  Histogram histogram(bucket_ms, options.request.zone);
  HistScan scan(histogram, wanted);
  TRY(add_to(scan));
  TRY(write_rows(histogram, options, output));
  return cli::ExitStatus::done;
}

}  // namespace estream::tool
