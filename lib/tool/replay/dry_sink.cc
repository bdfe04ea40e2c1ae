#include "tool/replay/dry_sink.h"

#include "text/say.h"
#include "text/size.h"
#include "tool/report/report.h"

namespace estream::tool {

bool DrySink::put(const read::BatchWork& work, const read::OutputPiece*& next,
                  const read::OutputPiece* end) {
  for (; next != end && !is_over(); next++) {
    if (last_ && next->time < *last_) out_of_order_++;
    if (!first_ || next->time < *first_) first_ = next->time;
    if (!last_ || next->time > *last_) last_ = next->time;
    duration_ns_ = pacer_.due_ns(next->time, next->size_bytes);
    const RecordView& record = work.records[next->record];
    value_bytes_ += static_cast<std::int64_t>(record.value.value_or("").size());
    records_++;
  }
  return !is_over();
}

Result<void> DrySink::report(const ReportStyle& style, io::Output& output) const {
  if (out_of_order_ > 0) {
    text::say(text::Level::note, text::format_count(out_of_order_, "record comes", "records come") +
                                     " after one with a later time");
  }
  Report report({{"records", "RECORDS"},
                 {"value_size", "VALUE-SIZE"},
                 {"first_ts", "FIRST"},
                 {"last_ts", "LAST"},
                 {"out_of_order", "OUT-OF-ORDER", Column::Shown::in_json},
                 {"duration_ms", "TAKES"}},
                style, output);
  TRY(report.add({count_cell(records_), size_cell(value_bytes_),
                  time_cell(first_.value_or(Timestamp{})), time_cell(last_.value_or(Timestamp{})),
                  count_cell(out_of_order_), duration_cell(duration_ns_ / 1'000'000)}));
  return report.finish();
}

}  // namespace estream::tool
