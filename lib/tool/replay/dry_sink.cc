#include "tool/replay/dry_sink.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "text/size.h"
#include "text/time.h"

namespace estream::tool {

namespace {

// "2d 3h 4m 5.678s".
std::string shown_duration(std::int64_t ns) {
  const std::int64_t ms = ns / 1'000'000;
  const std::int64_t minutes = ms / 60'000;
  std::string text;
  if (minutes >= 24 * 60) text += fmt::format("{}d ", minutes / (24 * 60));
  if (minutes >= 60) text += fmt::format("{}h ", minutes / 60 % 24);
  if (minutes >= 1) text += fmt::format("{}m ", minutes % 60);
  return text + fmt::format("{}.{:03}s", ms / 1000 % 60, ms % 1000);
}

}  // namespace

bool DrySink::put(const read::BatchWork& work, const read::OutputPiece*& next,
                  const read::OutputPiece* end) {
  for (; next != end && !is_over(); next++) {
    if (last_ && next->time < *last_) out_of_order_++;
    if (!first_ || next->time < *first_) first_ = next->time;
    if (!last_ || next->time > *last_) last_ = next->time;
    duration_ns_ = pacer_.due_ns(next->time, next->size_bytes);
    const RecordView& record = work.records[next->record];
    bytes_ += static_cast<std::int64_t>(record.value.value_or("").size());
    records_++;
  }
  return !is_over();
}

std::string DrySink::report() const {
  std::string text =
      fmt::format("events     {}, {}\n", text::format_count(records_), text::format_size(bytes_));
  if (first_) {
    text += fmt::format("first      {}\nlast       {}\n", text::format_time_rfc3339(first_->ms),
                        text::format_time_rfc3339(last_->ms));
  }
  if (out_of_order_ > 0) {
    text += fmt::format("late       {} events come after one with a later time\n",
                        text::format_count(out_of_order_));
  }
  return text + fmt::format("takes      {}\n", shown_duration(duration_ns_));
}

std::string DrySink::report_as_json() const {
  nlohmann::ordered_json report = {{"events", records_}, {"value_bytes", bytes_}};
  if (first_) {
    report["first_ts"] = first_->ms;
    report["last_ts"] = last_->ms;
  }
  report["out_of_order"] = out_of_order_;
  report["duration_ms"] = duration_ns_ / 1'000'000;
  return report.dump() + "\n";
}

}  // namespace estream::tool
