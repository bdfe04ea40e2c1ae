#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "io/output.h"
#include "json/event_parser.h"
#include "read/batch_stage.h"
#include "tool/window/late_output.h"
#include "tool/window/result_record.h"
#include "tool/window/window_options.h"
#include "window/results.h"

namespace estream::tool {

// Prints results, in the form of consume; gives late events on. In place of an offset, -j and -F
// have the running number of the result, and topic and partition are those of the first source; an
// event that --dedup lets pass has its own.
class ResultPrinter final : public window::Results {
 public:
  // All must outlive this. `late` may be nothing: for a run that only counts.
  ResultPrinter(const WindowOptions& options, const read::StagePlan& plan, io::Output* output,
                LateOutput* late)
      : options_(&options),
        plan_(&plan),
        output_(output),
        late_(late),
        records_(options.settings) {}

  Result<void> put(const window::WindowResult& result) override;
  Result<void> pass(std::uint32_t source, const RecordView& record) override;
  Result<void> late(std::uint32_t source, const RecordView& record) override;

  Result<void> flush();
  std::int64_t printed() const { return printed_; }
  // As many as --max says.
  bool is_full() const { return options_->max_results && printed_ >= *options_->max_results; }

 private:
  Result<void> print(const RecordPlace& place, const RecordView& record);

  const WindowOptions* options_;
  const read::StagePlan* plan_;
  io::Output* output_;
  LateOutput* late_;
  ResultRecords records_;
  json::EventParser parser_;
  std::string text_;
  std::int64_t printed_ = 0;
};

}  // namespace estream::tool
