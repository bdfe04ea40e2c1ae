#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "log/partition_reader.h"
#include "record/batch_records.h"

namespace estream::log {

// The part of a partition that is looked through for a key.
struct KeyQuestion {
  std::string key;
  std::optional<Offset> after = {};              // Nothing: everything that the log still has.
  std::optional<std::int64_t> producer_id = {};  // A batch of this producer is looked for, too.
};

// What a partition has of one key, and of one producer, after an offset. There is no index of keys,
// so all batches after the offset are read, also those that are not published yet.
class KeyHistory {
 public:
  // Error::Code::corrupt when the log ends before `after`, or when retention deleted something
  // behind it: then nobody can tell what was there.
  static Result<KeyHistory> open(const io::Directory& directory, KeyQuestion question);

  // Reads what any process appended since. The errors are those of open().
  Result<void> refresh();

  // How far it has read.
  Offset end_offset() const { return reader_.end_offset(); }

  // The key's last record; nothing if it has none there.
  std::optional<Offset> last_offset() const { return last_; }

  struct Batch {
    BatchHeader header;
    std::vector<std::byte> bytes;
  };
  // The producer's first batch; nothing if it has none there.
  const std::optional<Batch>& producer_batch() const { return producer_batch_; }

 private:
  KeyHistory(PartitionReader reader, KeyQuestion question)
      : reader_(std::move(reader)), question_(std::move(question)) {}

  Result<void> check_reach() const;
  Result<void> look_at(const BatchHeader& header);

  PartitionReader reader_;
  KeyQuestion question_;
  std::optional<Offset> last_;
  std::optional<Batch> producer_batch_;
  BatchDecoder decoder_;
  std::vector<std::byte> bytes_;
};

}  // namespace estream::log
