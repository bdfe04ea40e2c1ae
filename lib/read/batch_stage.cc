#include "read/batch_stage.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/printable.h"

namespace estream::read {

namespace {

// A portion of a heavy batch has about so many bytes of records, and at least one record.
constexpr std::size_t portion_bytes = 1 << 20;

std::size_t bytes_of(const RecordView& record) {
  return sizeof(RecordView) + payload_bytes(record.key, record.value, record.headers);
}

// Text may be six times as long as its bytes: \u0000 stands for one byte. If it may become too
// long, the batch is heavy, and the text is made when it is its turn.
bool is_too_long(BatchWork& work, std::size_t next_bytes) {
  const std::size_t bytes = work.text.size() + 6 * next_bytes;
  if (bytes > work.text_bytes_max) work.is_heavy = true;
  return bytes > work.text_bytes_max;
}

// Lets the pieces point into the text, one after the other. This is done at the end, because the
// text may move while it grows.
void lay_out(BatchWork& work) {
  const char* text = work.text.data();
  for (OutputPiece& piece : work.pieces) {
    piece.text = text;
    text += piece.size_bytes;
  }
}

}  // namespace

void BatchStage::begin(BatchWork& work) {
  begin_pieces(work);
  work.records = {};
  work.next_record = 0;
  work.first_beyond.reset();
  work.failure.reset();
  work.is_heavy = false;
}

void BatchStage::begin_pieces(BatchWork& work) {
  work.pieces.clear();
  work.text.clear();
  work.values.clear();
  work.plain.clear();
  work.delimiter_piece.reset();
}

void BatchStage::run(BatchWork& work) {
  begin(work);
  const auto records =
      work.owner ? work.given
                 : work.decoder.decode_within(work.header, work.bytes, light_decoded_bytes_max);
  work.is_heavy = !records;
  if (records) {
    work.records = *records;
    work.text_bytes_max = light_text_bytes_max;
    begin_enriching(work);
    select(work, SIZE_MAX);
    render(work);
  }
  if (work.is_heavy) work.release_decoded();
}

void BatchStage::open_heavy(BatchWork& work) {
  begin(work);
  work.is_heavy = true;
  work.text_bytes_max = SIZE_MAX;
  if (work.owner) {
    work.records = work.given;
    begin_enriching(work);
    return;
  }
  auto unpacked = work.decoder.unpack(work.header, work.bytes);
  if (unpacked && work.header.codec != Codec::none) work.release_stored();
  auto records = unpacked ? work.decoder.take_records(work.header) : std::move(unpacked).error();
  if (records) {
    work.records = *records;
    begin_enriching(work);
    return;
  }
  work.failure = std::move(records).error();
  work.failure_offset = work.header.base_offset;
}

bool BatchStage::next_portion(BatchWork& work) {
  if (work.failure || work.next_record == work.records.size()) return false;
  begin_pieces(work);
  select(work, portion_bytes);
  render(work);
  return true;
}

bool BatchStage::is_in_window(const StageSource& source, const RecordView& record,
                              BatchWork& work) {
  if (!source.window.contains(record.offset)) return false;
  if (source.window.times.is_left_by(record.timestamp)) {
    if (!work.first_beyond) work.first_beyond = record.offset;
    return false;
  }
  return source.window.times.is_reached_by(record.timestamp);
}

bool BatchStage::is_wanted(const StageSource& source, const RecordView& record, BatchWork& work) {
  if (!is_in_window(source, record, work)) return false;
  return plan_->selection.matches({source.topic, source.partition}, record, parser_);
}

// The picks of a window are not filtered again: the code that picked them has done it.
void BatchStage::select_picks(BatchWork& work, std::size_t bytes_max) {
  std::size_t& next = work.next_record;
  if (next == work.records.size()) return;
  const std::span<const Offset> picks = plan_->sources[work.source].window.picks;
  auto pick = std::ranges::lower_bound(picks, work.records[next].offset);
  for (std::size_t bytes = 0; next < work.records.size() && bytes < bytes_max; next++) {
    const RecordView& record = work.records[next];
    while (pick != picks.end() && *pick < record.offset) pick++;
    if (pick == picks.end() || *pick != record.offset) continue;
    work.pieces.push_back(piece_of(record, next));
    bytes += bytes_of(record);
  }
}

// At first each piece is the value. Stops when the pieces have so many bytes of records.
void BatchStage::select(BatchWork& work, std::size_t bytes_max) {
  if (plan_->enrichment != nullptr) return select_enriched(work, bytes_max);
  if (!plan_->sources[work.source].window.picks.empty()) return select_picks(work, bytes_max);
  const StageSource& source = plan_->sources[work.source];
  const ReadWindow& window = source.window;
  const bool takes_all = plan_->selection.is_everything() && window.times.is_everything() &&
                         window.contains(work.header.base_offset) &&
                         window.contains(work.header.last_offset());
  std::size_t& next = work.next_record;
  work.pieces.reserve(std::min(work.records.size() - next, bytes_max / sizeof(RecordView) + 1));
  const std::size_t last = work.records.size() - 1;
  for (std::size_t bytes = 0; next < work.records.size() && bytes < bytes_max; next++) {
    const std::size_t index = plan_->is_reversed ? last - next : next;
    const RecordView& record = work.records[index];
    if (!takes_all && !is_wanted(source, record, work)) continue;
    work.pieces.push_back(piece_of(record, index));
    if (bytes_max != SIZE_MAX) bytes += bytes_of(record);
  }
}

void BatchStage::render(BatchWork& work) {
  const RecordShape& shape = plan_->shape;
  if (shape.kind == RecordShape::Kind::nothing || shape.is_numbered) return;
  if (shape.kind == RecordShape::Kind::value) {
    render_values(work);
    if (shape.is_for_terminal) make_printable(work);
    return;
  }
  const StageSource& source = plan_->sources[work.source];
  for (OutputPiece& piece : work.pieces) {
    const RecordView& record = work.records[piece.record];
    if (is_too_long(work, bytes_of(record))) return;
    const std::size_t begin = work.text.size();
    append_record(work.text, shape, {source.topic, source.partition}, record, 0, parser_);
    piece.size_bytes = static_cast<std::uint32_t>(work.text.size() - begin);
  }
  if (is_too_long(work, 0)) return;
  lay_out(work);
}

// Escapes the values; some of them may be in the text already.
void BatchStage::make_printable(BatchWork& work) {
  std::string text;
  for (OutputPiece& piece : work.pieces) {
    const std::size_t begin = text.size();
    append_printable(text, piece.view(), LineEnds::kept);
    piece.size_bytes = static_cast<std::uint32_t>(text.size() - begin);
  }
  work.text = std::move(text);
  lay_out(work);
}

// The values are printed from their place in the batch. Most of them are never copied.
void BatchStage::render_values(BatchWork& work) {
  const RecordShape& shape = plan_->shape;
  if (shape.delimiter_in_value == DelimiterInValue::ok) return;
  for (std::size_t i = 0; i < work.pieces.size(); i++) {
    if (!contains_delimiter(work.pieces[i].view(), shape.delimiter)) continue;
    work.delimiter_piece = i;
    break;
  }
  if (!work.delimiter_piece || shape.delimiter_in_value == DelimiterInValue::warn) return;

  const std::size_t first = *work.delimiter_piece;
  if (shape.delimiter_in_value == DelimiterInValue::error) {
    work.failure = Error{Error::Code::data,
                         "the value contains the delimiter; use -j, -0 or another -D, or say "
                         "--delimiter-in-value=ok"};
    work.failure_offset = work.offset_of(work.pieces[first]);
    work.pieces.resize(first);
    return;
  }
  render_values_as_json(work, first);
}

// Renders the values that need it as JSON, from piece `first` on.
void BatchStage::render_values_as_json(BatchWork& work, std::size_t first) {
  for (std::size_t i = first; i < work.pieces.size(); i++) {
    OutputPiece& piece = work.pieces[i];
    if (!contains_delimiter(piece.view(), plan_->shape.delimiter)) continue;
    if (is_too_long(work, piece.size_bytes)) return;
    const std::size_t begin = work.text.size();
    if (auto outcome = append_as_json_string(work.text, piece.view()); !outcome) {
      work.failure = std::move(outcome).error();
      work.failure_offset = work.offset_of(piece);
      work.pieces.resize(i);
      break;
    }
    piece.text = nullptr;
    piece.size_bytes = static_cast<std::uint32_t>(work.text.size() - begin);
  }
  const char* text = work.text.data();
  for (OutputPiece& piece : work.pieces) {
    if (piece.text != nullptr) continue;
    piece.text = text;
    text += piece.size_bytes;
  }
}

}  // namespace estream::read
