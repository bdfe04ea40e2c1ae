#pragma once

#include "read/record_sink.h"
#include "tool/replay/replay_sink.h"

namespace estream::tool {

// Prints records to standard output.
class PrintSink final : public ReplaySink {
 public:
  PrintSink(const read::SinkOptions& options, const read::StagePlan& plan, io::Output& output)
      : sink_(options, plan, output), output_(&output) {}

  bool put(const read::BatchWork& work, const read::OutputPiece*& next,
           const read::OutputPiece* end) override {
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
  read::RecordSink sink_;
  io::Output* output_;
};

}  // namespace estream::tool
