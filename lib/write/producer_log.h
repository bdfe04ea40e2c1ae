#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "io/directory.h"
#include "log/partition_writer.h"
#include "log/producer_history.h"

namespace estream::write {

// The error for the record at `offset` of `partition`: the producer has it where this run has
// another event. `advice` says what to do.
Error other_event(const io::Directory& partition, Offset offset, const std::string& producer,
                  const std::string& advice);

// One partition for `--producer NAME`: it knows the records that the log has under the name,
// numbered in their order, and appends the next ones.
class ProducerLog {
 public:
  static Result<ProducerLog> open(log::PartitionWriter& writer, std::string name);

  // Takes in the records that were appended since, also by another run under the name.
  Result<void> refresh() { return history_.refresh(); }
  // How many records the name has, including those that were removed since.
  std::int64_t known() const { return history_.next_sequence(); }
  // See log::ProducerHistory::record().
  Result<std::optional<RecordView>> record(std::int64_t number) { return history_.record(number); }

  // Treats the records that refresh() has seen as appended by this run: the writer's next sync
  // covers them.
  Result<void> claim() { return writer_->claim_written(); }

  // Appends records from `number` on, which must be the next number. Appends and returns nothing
  // when somebody appended since the last refresh().
  Result<std::optional<log::PartitionWriter::Appended>> append(std::int64_t number,
                                                               MutableBytes batch);

  // See write::other_event().
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
