#include "tool/window/result_filter.h"

#include <algorithm>

#include "window/row_codec.h"

namespace estream::tool {

namespace {

RecordView record_of_line(const window::WindowResult& result) {
  RecordView record;
  record.timestamp = result.timestamp;
  if (result.key.kind != window::GroupKey::Kind::null) record.key = result.key.text;
  record.value = result.line;
  return record;
}

}  // namespace

Result<void> ResultFilter::put(const window::WindowResult& result) {
  if (result.kind == window::WindowResult::Kind::removed) return next_->put(result);
  if (selection_->having) {
    if (!selection_->having->matches({}, record_of_line(result), parser_)) return {};
  }
  if (!selection_->top) return next_->put(result);
  if (!held_.empty()) {
    const window::WindowResult& last = held_.back().result;
    if (last.from != result.from || last.to != result.to) TRY(flush());
  }
  hold(result);
  return {};
}

// A result without a number there is never among the largest.
void ResultFilter::hold(const window::WindowResult& result) {
  const RecordView record = record_of_line(result);
  const RecordPlace place;
  query::Subject subject(place, record, parser_);
  selection_->top->value.compute(subject, false, computed_);
  if (computed_.kind != query::Computed::Kind::number) return;
  held_.push_back({result, window::quantity_of(computed_), std::string(result.key.text),
                   std::string(result.line)});
}

Result<void> ResultFilter::flush() {
  if (held_.empty()) return {};
  std::vector<std::size_t> order(held_.size());
  for (std::size_t i = 0; i < order.size(); i++) order[i] = i;
  // Of equal values the first keys count.
  std::ranges::stable_sort(
      order, [this](std::size_t a, std::size_t b) { return held_[a].value > held_[b].value; });
  order.resize(std::min(order.size(), selection_->top->count));
  std::ranges::sort(order);
  for (const std::size_t i : order) {
    window::WindowResult& result = held_[i].result;
    result.key.text = held_[i].key;
    result.line = held_[i].line;
    TRY(next_->put(result));
  }
  held_.clear();
  return {};
}

}  // namespace estream::tool
