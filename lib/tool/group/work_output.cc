#include "tool/group/work_output.h"

#include <algorithm>
#include <utility>

#include "group/pending_batches.h"

namespace estream::tool {

WorkOutput::WorkOutput(const CopyOptions& topic, std::int32_t partitions,
                       std::vector<BatchBuilder>& unused, const BuildOptions* lines)
    : topic_(&topic), unused_(&unused), open_(static_cast<std::size_t>(partitions)) {
  if (lines == nullptr) return;
  lines_ = *lines;
  lines_.partition_count = partitions;
  builder_.emplace(lines_);
}

void WorkOutput::add(std::size_t partition, const RecordView& record) {
  std::optional<BatchBuilder>& open = open_[partition];
  const std::size_t bytes = payload_bytes(record.key, record.value, record.headers);
  if (open && !open->has_room_for(bytes, topic_->batch_bytes)) close(partition);
  if (!open) {
    if (unused_->empty()) unused_->emplace_back();
    open = std::move(unused_->back());
    unused_->pop_back();
    open->begin();
  }
  open->append(record.timestamp, record.key, record.value, record.headers);
}

void WorkOutput::close(std::size_t partition) {
  closed_.push_back({partition, *std::move(open_[partition])});
  open_[partition].reset();
}

UnfinishedBatches WorkOutput::take() {
  for (std::size_t i = 0; i < open_.size(); i++) {
    if (open_[i]) close(i);
  }
  return std::exchange(closed_, {});
}

void WorkOutput::give_back(UnfinishedBatches batches) {
  for (UnfinishedBatch& batch : batches) unused_->push_back(std::move(batch.builder));
}

Result<void> WorkOutput::finish(UnfinishedBatches& batches, std::uint16_t sink,
                                std::string& pending) {
  for (UnfinishedBatch& batch : batches) {
    const MutableBytes bytes = TRY(batch.builder.finish(topic_->codec, topic_->level, space_));
    group::add_pending(pending, sink, static_cast<std::int32_t>(batch.partition), bytes);
  }
  space_.trim();
  return {};
}

Result<void> WorkOutput::add_lines(std::string_view text, Timestamp time,
                                   std::int32_t source_partition, std::uint16_t sink,
                                   std::string& pending) {
  chunk_.reset();
  chunk_.number = source_partition;
  chunk_.read_at = time;
  chunk_.buffer.resize(text.size() + json::padding_bytes);
  std::ranges::copy(text, chunk_.buffer.begin());
  chunk_.size = text.size();
  builder_->build(chunk_);
  if (chunk_.fatal) {
    return Error{Error::Code::data, "line " + std::to_string(chunk_.fatal->line + 1) +
                                        " of its output: " + chunk_.fatal->reason};
  }
  for (const BuiltBatch& batch : chunk_.batches) {
    const Bytes bytes = Bytes(chunk_.batch_bytes).subspan(batch.begin, batch.size);
    group::add_pending(pending, sink, batch.partition, bytes);
  }
  return {};
}

}  // namespace estream::tool
