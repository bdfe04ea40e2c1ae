#include "tool/replay/named_copy.h"

#include <numeric>
#include <utility>

namespace estream::tool {

NamedCopy::NamedCopy(write::PartitionWriters& writers, std::string name, std::size_t sources)
    : writers_(&writers), name_(std::move(name)), sources_(sources) {
  const auto partitions = static_cast<std::size_t>(writers.partition_count());
  logs_.resize(partitions);
  known_.resize(partitions);
  next_.resize(partitions);
  copied_.resize(partitions * sources, Offset{-1});
}

Result<NamedCopy> NamedCopy::open(write::PartitionWriters& writers, std::string name,
                                  std::size_t sources) {
  NamedCopy copy(writers, std::move(name), sources);
  for (std::size_t i = 0; writers.has_topic() && i < copy.logs_.size(); i++) {
    TRY(copy.open_log(i));
    copy.known_[i] = copy.next_[i] = copy.logs_[i]->known();
  }
  return copy;
}

Result<void> NamedCopy::open_log(std::size_t partition) {
  log::PartitionWriter* writer = TRY(writers_->writer(static_cast<std::int32_t>(partition)));
  logs_[partition].emplace(TRY(write::ProducerLog::open(*writer, name_)));
  return {};
}

std::int64_t NamedCopy::known_in_all() const {
  return std::accumulate(known_.begin(), known_.end(), std::int64_t{0});
}

Result<void> NamedCopy::claim() {
  for (std::size_t i = 0; i < logs_.size(); i++) {
    if (known_[i] > 0) TRY(logs_[i]->claim());
  }
  return {};
}

Result<void> NamedCopy::append(std::size_t partition, std::int64_t events, MutableBytes batch) {
  if (!logs_[partition]) TRY(open_log(partition));
  write::ProducerLog& log = *logs_[partition];
  for (;;) {
    TRY(log.refresh());
    if (log.known() != next_[partition]) {
      return Error{Error::Code::busy, "another run appends under --producer " + name_ +
                                          "; run it again when that one has ended"};
    }
    const auto appended = TRY(log.append(next_[partition], batch));
    if (!appended) continue;
    next_[partition] += events;
    return {};
  }
}

}  // namespace estream::tool
