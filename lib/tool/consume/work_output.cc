#include "tool/consume/work_output.h"

#include <algorithm>

#include "group/pending_batches.h"

namespace estream::tool {

WorkOutput::WorkOutput(const WorkOptions& work, const CopyOptions& topic, std::int32_t partitions)
    : topic_(&topic), lines_(work.lines) {
  const auto space = std::make_shared<CompressionSpace>();
  for (std::int32_t i = 0; i < partitions; i++) open_.push_back({BatchBuilder(space)});
  lines_.partition_count = partitions;
  builder_.emplace(lines_);
}

Result<void> WorkOutput::add(std::size_t partition, const RecordView& record) {
  OpenBatch& open = open_[partition];
  const std::size_t bytes = payload_bytes(record.key, record.value, record.headers);
  if (open.is_open && !open.builder.has_room_for(bytes, topic_->batch_bytes)) {
    TRY(finish_batch(partition));
  }
  if (!open.is_open) open.builder.begin();
  open.is_open = true;
  open.builder.append(record.timestamp, record.key, record.value, record.headers);
  return {};
}

Result<void> WorkOutput::finish_batch(std::size_t partition) {
  OpenBatch& open = open_[partition];
  open.is_open = false;
  const MutableBytes batch = TRY(open.builder.finish(topic_->codec, topic_->level));
  finished_.emplace_back(partition, std::vector<std::byte>(batch.begin(), batch.end()));
  return {};
}

Result<void> WorkOutput::finish(std::uint16_t sink, std::string& pending) {
  for (std::size_t i = 0; i < open_.size(); i++) {
    if (open_[i].is_open) TRY(finish_batch(i));
  }
  for (const auto& [partition, batch] : finished_) {
    group::add_pending(pending, sink, static_cast<std::int32_t>(partition), batch);
  }
  finished_.clear();
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
