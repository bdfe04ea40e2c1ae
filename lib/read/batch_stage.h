#pragma once

#include <string>
#include <vector>

#include "json/event_parser.h"
#include "read/batch_work.h"
#include "read/read_window.h"
#include "read/record_selection.h"
#include "read/record_text.h"

namespace estream::read {

// What has to be known to turn a partition's batches into output.
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
};

// What a batch may take when it is decoded ahead of its turn, beside the batch as stored. A usual
// batch of 1 MiB stays below it, also when its records are tiny.
inline constexpr std::size_t light_decoded_bytes_max = 12 << 20;
inline constexpr std::size_t light_text_bytes_max = 16 << 20;

// Decodes batches, drops the records that are not wanted and renders the others. One per thread.
class BatchStage {
 public:
  explicit BatchStage(const StagePlan& plan) : plan_(&plan) {}

  // Fills what BatchWork says the decoding thread sets. Does not fail: what is wrong with the batch
  // is left in `failure`. Of a batch that takes more than the above, only `is_heavy` is set.
  void run(BatchWork& work);

  // For a heavy batch whose turn it is: unpacks it, and gives up its stored bytes where they are
  // not needed any more. There are no pieces yet.
  void open_heavy(BatchWork& work);
  // Makes pieces of some more of its records, instead of those before. False when there are none.
  bool next_portion(BatchWork& work);

  // The last step of it: what the pieces, which still are the values, look like. For records that
  // come from elsewhere than a batch.
  void render(BatchWork& work);

 private:
  void begin(BatchWork& work);
  void begin_pieces(BatchWork& work);
  void select(BatchWork& work, std::size_t bytes_max);
  void select_picks(BatchWork& work, std::size_t bytes_max);
  void render_values(BatchWork& work);
  void make_printable(BatchWork& work);
  void render_values_as_json(BatchWork& work, std::size_t first);
  bool is_wanted(const StageSource& source, const RecordView& record, BatchWork& work);

  const StagePlan* plan_;
  json::EventParser parser_;
};

}  // namespace estream::read
