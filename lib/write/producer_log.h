#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "log/partition_writer.h"
#include "log/producer_history.h"

namespace estream::write {

// One partition as `--producer NAME` sees it: the records that the log has under the name, numbered
// in their order, and the appending of the next ones.
class ProducerLog {
 public:
  static Result<ProducerLog> open(log::PartitionWriter& writer, std::string name);

  // Takes in what was appended since, also by another run under the name.
  Result<void> refresh() { return history_.refresh(); }
  // How many records the name has, those that were removed since included.
  std::int64_t known() const { return history_.next_sequence(); }
  // See log::ProducerHistory::record().
  Result<std::optional<RecordView>> record(std::int64_t number) { return history_.record(number); }

  // What refresh() has seen is treated as if this run had appended it; the writer's next sync
  // covers it.
  Result<void> claim() { return writer_->claim_written(); }

  // Appends records from `number` on, which must follow those that are known. Nothing when somebody
  // appended since the last refresh().
  Result<std::optional<log::PartitionWriter::Appended>> append(std::int64_t number,
                                                               MutableBytes batch);

  // `record`, which the log has, is not what this run has in its place. `advice` says what to do.
  Error other_event(const RecordView& record, const std::string& advice) const;

 private:
  ProducerLog(log::PartitionWriter& writer, log::ProducerHistory history, std::string name,
              std::int64_t id)
      : writer_(&writer), history_(std::move(history)), name_(std::move(name)), id_(id) {}

  log::PartitionWriter* writer_;
  log::ProducerHistory history_;
  std::string name_;
  std::int64_t id_;
};

}  // namespace estream::write
