#pragma once

#include "tool/read/record_sink.h"
#include "tool/replay/replay_sink.h"

namespace estream::tool {

// Prints records to standard output.
class PrintSink final : public ReplaySink {
 public:
  PrintSink(const SinkOptions& options, const StagePlan& plan, io::Output& output)
      : sink_(options, plan, output), output_(&output) {}

  bool put(const BatchWork& work, const OutputPiece*& next, const OutputPiece* end) override {
    return sink_.put(work, next, end);
  }
  Result<void> flush(std::int64_t) override { return sink_.flush(); }
  Result<void> finish() override {
    TRY(sink_.flush());
    return output_->flush();
  }
  bool is_over() const override { return sink_.is_over(); }
  std::int64_t taken() const override { return sink_.taken(); }

 private:
  RecordSink sink_;
  io::Output* output_;
};

}  // namespace estream::tool
