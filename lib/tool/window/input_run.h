#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/run.h"
#include "io/item_pool.h"
#include "io/ordered_pipeline.h"
#include "io/output.h"
#include "io/system.h"
#include "json/envelope_reader.h"
#include "read/batch_stage.h"
#include "read/end_condition.h"
#include "tool/produce/chunk_reader.h"
#include "tool/window/late_output.h"
#include "tool/window/result_printer.h"
#include "tool/window/window_options.h"
#include "tool/window/window_tasks.h"

namespace estream::tool {

// A chunk of standard input, and the events in it as a decoded batch.
struct InputBatch {
  Chunk chunk;
  std::int64_t first_line = 0;  // Its number in the input, from 0.
  std::vector<RecordView> records;
  read::BatchWork work;

  void reset() {
    chunk.reset();
    records.clear();
    work.release_given();
  }
};

// One run of estream-window over standard input:
//
//   ChunkReader -> workers (lines to records to rows) -> WindowTasks -> ResultPrinter -> stdout
//
// Its lines are one partition, and the number of a line is its offset.
class InputRun {
 public:
  InputRun(io::System& system, const WindowOptions& options, io::Output& output,
           const read::EndCondition& end);

  Result<cli::ExitStatus> run();

 private:
  struct Worker {
    explicit Worker(const read::StagePlan& plan) : stage(plan) {}

    read::BatchStage stage;
    std::optional<json::EnvelopeReader> envelopes;
  };

  Result<void> start();
  Result<void> read_all();
  void build(Worker& worker, InputBatch& batch) const;
  Result<void> add_line(Worker& worker, InputBatch& batch, std::string_view line,
                        std::int64_t number) const;
  void take(InputBatch& batch);
  Result<void> compute(InputBatch& batch);
  bool is_over() const { return has_ended_ || end_->is_met(); }

  io::System* system_;
  const WindowOptions* options_;
  io::Output* output_;
  const read::EndCondition* end_;

  read::StagePlan plan_;
  std::unique_ptr<LateOutput> late_;
  std::optional<ResultPrinter> printer_;
  std::optional<WindowTasks> tasks_;
  std::optional<Error> failure_;
  std::atomic<bool> has_ended_ = false;  // After an error, or when nobody wants more results.
  std::vector<std::unique_ptr<Worker>> workers_;
  io::ItemPool<InputBatch> pool_;
  io::OrderedPipeline<InputBatch> pipeline_;  // Last: its threads use all.
};

}  // namespace estream::tool
