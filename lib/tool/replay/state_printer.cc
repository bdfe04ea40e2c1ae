#include "tool/replay/state_printer.h"

#include "tool/replay/stored_record.h"

namespace estream::tool {

namespace {

constexpr std::size_t bytes_at_once = 64 << 10;

}  // namespace

Result<void> StatePrinter::add(std::string_view stored) {
  const std::size_t source = load_record(stored).source;
  const bool fits = source == work_.source && stored_.size() < bytes_at_once;
  if (!sizes_.empty() && !fits) TRY(flush());
  work_.source = source;
  stored_ += stored;
  sizes_.push_back(stored.size());
  return {};
}

Result<void> StatePrinter::flush() {
  if (sizes_.empty() || is_over_) return {};
  records_.clear();
  work_.pieces.clear();
  work_.text.clear();
  work_.delimiter_piece.reset();
  std::string_view rest = stored_;
  for (const std::size_t size : sizes_) {
    records_.push_back(load_record(rest.substr(0, size)).record);
    work_.pieces.push_back(read::piece_of(records_.back(), records_.size() - 1));
    rest.remove_prefix(size);
  }
  work_.records = records_;
  stage_.render(work_);
  const read::OutputPiece* const pieces = work_.pieces.data();
  is_over_ = !(*take_)(work_, pieces, pieces + work_.pieces.size());
  stored_.clear();
  sizes_.clear();
  if (!work_.failure || is_over_) return {};
  const read::StageSource& source = plan_->sources[work_.source];
  return Error{work_.failure->code, source.topic + "/" + std::to_string(source.partition) + "@" +
                                        std::to_string(work_.failure_offset.value) + ": " +
                                        work_.failure->message};
}

}  // namespace estream::tool
