#include "tool/window/late_output.h"

#include <utility>

#include "io/user_file.h"
#include "json/envelope_writer.h"

namespace estream::tool {

using Kind = LateOptions::Kind;

Result<std::unique_ptr<LateOutput>> LateOutput::open(io::System& system, const LateOptions& options,
                                                     const read::StagePlan& plan) {
  std::unique_ptr<LateOutput> late(new LateOutput(options, plan));
  if (options.kind == Kind::file) {
    late->file_ = TRY(io::open_for_appending(system, options.file));
    late->output_.emplace(system, late->file_->fd(), late->file_->name());
  }
  if (options.kind == Kind::topic) {
    late->writers_ = TRY(write::PartitionWriters::open(system, options.topic->target));
    const std::int32_t partitions = late->writers_->partition_count();
    late->copier_.emplace(*options.topic, plan, partitions);
    late->batches_.emplace(*options.topic, partitions, late->unused_builders_);
  }
  return late;
}

Result<void> LateOutput::add(std::uint32_t source, const RecordView& record) {
  if (options_->kind == Kind::drop) return {};
  has_unflushed_ = true;
  if (options_->kind == Kind::topic) {
    CopiedRecord copy;
    TRY(copier_->copy(source, record, copy));
    batches_->add(copy.partition, copy.record);
    return {};
  }
  const read::StageSource& place = plan_->sources[source];
  line_.clear();
  json::append_envelope(line_, {}, {place.topic, place.partition}, record, parser_);
  line_.push_back('\n');
  return output_->write(line_);
}

Result<void> LateOutput::flush() {
  if (!std::exchange(has_unflushed_, false)) return {};
  if (options_->kind == Kind::file) return output_->flush();
  TRY(append_batches());
  return writers_->sync_all();
}

Result<void> LateOutput::append_batches() {
  UnfinishedBatches batches = batches_->take();
  for (UnfinishedBatch& batch : batches) {
    const MutableBytes bytes =
        TRY(batch.builder.finish(options_->topic->codec, options_->topic->level, space_));
    log::PartitionWriter* const writer =
        TRY(writers_->writer(static_cast<std::int32_t>(batch.partition)));
    TRY(writer->append(bytes));
  }
  batches_->give_back(std::move(batches));
  return {};
}

Result<void> LateOutput::finish() {
  TRY(flush());
  if (options_->kind == Kind::file) return file_->sync();
  if (options_->kind == Kind::drop) return {};
  writers_->say_notices();
  return writers_->finish();
}

}  // namespace estream::tool
