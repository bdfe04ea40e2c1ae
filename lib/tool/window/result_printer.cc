#include "tool/window/result_printer.h"

#include "base/printable.h"

namespace estream::tool {

namespace {

constexpr std::size_t buffer_bytes = 64 << 10;

}  // namespace

Result<void> ResultPrinter::put(const window::WindowResult& result) {
  // Only a topic can have a line taken back.
  if (result.kind == window::WindowResult::Kind::removed) return {};
  RecordView record;
  if (options_->shape.kind == read::RecordShape::Kind::value) {
    record.value = result.line;
  } else {
    record = records_.record_of(result);
    record.offset = {printed_};
  }
  const read::StageSource& first = plan_->sources.front();
  return print({first.topic, first.partition}, record);
}

Result<void> ResultPrinter::pass(std::uint32_t source, const RecordView& record) {
  const read::StageSource& place = plan_->sources[source];
  return print({place.topic, place.partition}, record);
}

Result<void> ResultPrinter::late(std::uint32_t source, const RecordView& record) {
  if (late_ == nullptr) return {};
  return late_->add(source, record);
}

Result<void> ResultPrinter::print(const RecordPlace& place, const RecordView& record) {
  if (is_full()) return {};
  printed_++;
  if (output_ == nullptr) return {};
  const read::RecordShape& shape = options_->shape;
  if (shape.kind != read::RecordShape::Kind::value) {
    const auto number = static_cast<std::uint64_t>(printed_ - 1);
    read::append_record(text_, shape, place, record, number, parser_);
  } else if (shape.is_for_terminal) {
    append_printable(text_, record.value.value_or(""), LineEnds::kept);
  } else {
    text_.append(record.value.value_or(""));
  }
  text_.append(shape.delimiter);
  const bool is_due =
      text_.size() >= buffer_bytes || options_->buffering == read::SinkOptions::Buffering::record;
  return is_due ? flush() : Result<void>();
}

Result<void> ResultPrinter::flush() {
  if (output_ != nullptr && !text_.empty()) {
    TRY(output_->write(text_));
    TRY(output_->flush());
    text_.clear();
  }
  return late_ == nullptr ? Result<void>() : late_->flush();
}

}  // namespace estream::tool
