#pragma once

#include <string>
#include <vector>

#include "json/event_parser.h"
#include "read/batch_work.h"
#include "read/enrichment.h"
#include "read/read_window.h"
#include "read/record_selection.h"
#include "read/record_text.h"

namespace estream::read {

// The data about a partition that are needed to turn its batches into output.
struct StageSource {
  std::string topic;
  std::int32_t partition = 0;
  ReadWindow window;
  std::int32_t partition_count = 1;  // Of the topic.
};

// Shared by all threads, and not changed while they run.
struct StagePlan {
  std::vector<StageSource> sources;
  RecordSelection selection;
  RecordShape shape;
  const Enrichment* enrichment = nullptr;  // Before the selection.
  bool is_reversed = false;  // The records of a batch come from the last to the first.
};

// The memory that a batch may take when it is decoded ahead of its turn, in addition to its stored
// bytes. A usual batch of 1 MiB takes less, even if its records are tiny.
inline constexpr std::size_t light_decoded_bytes_max = 12 << 20;
inline constexpr std::size_t light_text_bytes_max = 16 << 20;

// Decodes batches, enriches the records, drops those that are not wanted and renders the others.
// Each thread has its own.
class BatchStage {
 public:
  explicit BatchStage(const StagePlan& plan) : plan_(&plan) {}

  // Fills the fields of BatchWork that the decoding thread sets. Does not fail: an error in the
  // batch is put into `failure`. If the batch takes more than the limits above, it sets only
  // `is_heavy`.
  void run(BatchWork& work);

  // For a heavy batch, when it is its turn: unpacks it, and releases its stored bytes if they are
  // not needed any more. There are no pieces yet.
  void open_heavy(BatchWork& work);
  // Replaces the pieces by those of the next records. False when there are no more records.
  bool next_portion(BatchWork& work);

  // The last step of run(): turns the pieces, which are still the plain values, into the text that
  // is printed. For records that do not come from a batch.
  void render(BatchWork& work);

 private:
  void begin(BatchWork& work);
  void begin_pieces(BatchWork& work);
  void select(BatchWork& work, std::size_t bytes_max);
  void select_picks(BatchWork& work, std::size_t bytes_max);
  void begin_enriching(BatchWork& work) const;
  void select_enriched(BatchWork& work, std::size_t bytes_max);
  bool enrich(BatchWork& work, std::size_t index);
  void render_values(BatchWork& work);
  void make_printable(BatchWork& work);
  void render_values_as_json(BatchWork& work, std::size_t first);
  static bool is_in_window(const StageSource& source, const RecordView& record, BatchWork& work);
  bool is_wanted(const StageSource& source, const RecordView& record, BatchWork& work);

  const StagePlan* plan_;
  json::EventParser parser_;
};

}  // namespace estream::read
