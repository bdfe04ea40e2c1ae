#pragma once

#include <string>
#include <vector>

#include "json/event_parser.h"
#include "tool/read/batch_work.h"
#include "tool/read/read_window.h"
#include "tool/read/record_selection.h"
#include "tool/read/record_text.h"

namespace estream::tool {

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

// Decodes batches, drops the records that are not wanted and renders the others. One per thread.
class BatchStage {
 public:
  explicit BatchStage(const StagePlan& plan) : plan_(&plan) {}

  // Fills what BatchWork says the decoding thread sets. Does not fail: what is wrong with the batch
  // is left in `failure`.
  void run(BatchWork& work);

  // The last step of it: what the pieces, which still are the values, look like. For records that
  // come from elsewhere than a batch.
  void render(BatchWork& work);

 private:
  void select(BatchWork& work);
  void select_picks(BatchWork& work);
  void render_values(BatchWork& work);
  void make_printable(BatchWork& work);
  void render_values_as_json(BatchWork& work, std::size_t first);
  bool is_wanted(const StageSource& source, const RecordView& record, BatchWork& work);

  const StagePlan* plan_;
  json::EventParser parser_;
};

}  // namespace estream::tool
