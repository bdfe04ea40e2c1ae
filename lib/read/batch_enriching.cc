// The part of BatchStage that enriches records.

#include <algorithm>
#include <span>
#include <utility>

#include "read/batch_stage.h"

namespace estream::read {

namespace {

// The values that were made follow each other in the text, which does not move any more.
void lay_out_values(BatchWork& work) {
  const char* text = work.values.data();
  for (OutputPiece& piece : work.pieces) {
    if (piece.text != nullptr || piece.size_bytes == 0) continue;
    piece.text = text;
    text += piece.size_bytes;
    work.enriched[piece.record].value = piece.view();
  }
}

}  // namespace

// The views are copied, because the decoder's own ones must not change.
void BatchStage::begin_enriching(BatchWork& work) const {
  if (plan_->enrichment == nullptr) return;
  work.enriched.assign(work.records.begin(), work.records.end());
  work.records = work.enriched;
}

// As select() and select_picks(), with values that are made here.
void BatchStage::select_enriched(BatchWork& work, std::size_t bytes_max) {
  const StageSource& source = plan_->sources[work.source];
  const std::span<const Offset> picks = source.window.picks;
  const auto held = plan_->enrichment->hold();
  std::size_t& next = work.next_record;
  for (std::size_t bytes = 0; next < work.records.size() && bytes < bytes_max; next++) {
    const std::size_t index = plan_->is_reversed ? work.records.size() - 1 - next : next;
    const RecordView& record = work.records[index];
    if (picks.empty() ? !is_in_window(source, record, work)
                      : !std::ranges::binary_search(picks, record.offset)) {
      continue;
    }
    if (picks.empty() && !plan_->selection.has_key(record)) continue;
    const std::size_t before = work.values.size();
    if (!enrich(work, index)) break;
    if (picks.empty() &&
        !plan_->selection.matches({source.topic, source.partition}, record, parser_)) {
      if (!work.plain.empty() && work.plain.back() == work.pieces.size()) work.plain.pop_back();
      work.values.resize(before);
      continue;
    }
    OutputPiece piece = piece_of(record, index);
    if (work.values.size() > before) piece.text = nullptr;
    work.pieces.push_back(piece);
    bytes += sizeof(RecordView) + payload_bytes(record.key, record.value, record.headers);
  }
  lay_out_values(work);
}

// Sets the value of the record. False when there is an error, or too much text.
bool BatchStage::enrich(BatchWork& work, std::size_t index) {
  RecordView& record = work.enriched[index];
  const std::size_t before = work.values.size();
  const auto outcome = plan_->enrichment->enrich(record, parser_, work.values);
  if (!outcome) {
    work.failure = outcome.error();
    work.failure_offset = record.offset;
    return false;
  }
  using Outcome = Enrichment::Outcome;
  if (*outcome == Outcome::enriched) record.value = std::string_view(work.values).substr(before);
  if (*outcome == Outcome::impossible) {
    work.plain.push_back(static_cast<std::uint32_t>(work.pieces.size()));
  }
  work.is_heavy = work.is_heavy || work.values.size() > work.text_bytes_max;
  return work.values.size() <= work.text_bytes_max;
}

}  // namespace estream::read
