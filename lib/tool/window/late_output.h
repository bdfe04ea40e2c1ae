#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/file.h"
#include "io/output.h"
#include "io/system.h"
#include "json/event_parser.h"
#include "read/batch_stage.h"
#include "tool/group/work_output.h"
#include "tool/records/record_copier.h"
#include "tool/window/window_options.h"
#include "write/partition_writers.h"

namespace estream::tool {

// Where late events go when the run is not that of a group: nowhere, to the end of a file as
// envelopes, or to the end of a topic as they are.
class LateOutput {
 public:
  // `options` and `plan` must outlive this. The plan has all sources.
  static Result<std::unique_ptr<LateOutput>> open(io::System& system, const LateOptions& options,
                                                  const read::StagePlan& plan);

  Result<void> add(std::uint32_t source, const RecordView& record);
  // What was added is in the file, or is visible in the topic.
  Result<void> flush();
  // The same, and it is on the device.
  Result<void> finish();

 private:
  LateOutput(const LateOptions& options, const read::StagePlan& plan)
      : options_(&options), plan_(&plan) {}

  Result<void> append_batches();

  const LateOptions* options_;
  const read::StagePlan* plan_;

  std::optional<io::File> file_;
  std::optional<io::Output> output_;
  std::string line_;
  json::EventParser parser_;

  std::unique_ptr<write::PartitionWriters> writers_;
  std::vector<BatchBuilder> unused_builders_;
  std::optional<RecordCopier> copier_;
  std::optional<WorkOutput> batches_;
  CompressionSpace space_;
  bool has_unflushed_ = false;
};

}  // namespace estream::tool
