#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "log/partition_reader.h"
#include "record/batch_header.h"
#include "record/batch_records.h"
#include "topic/topic.h"

namespace estream::read {

enum class OnCorrupt {
  stop,  // The caller gets the error.
  skip,  // The error is printed and counted, and reading goes on behind the damage.
};

// The last stable offset of a partition: the offset of the first record of the first transaction
// that no control batch ends, or the end of the log when there is no such transaction. Records from
// this offset on do not count yet, wherever reading begins. So the headers of the whole log are
// read once.
class StableEnd {
 public:
  // `are_batches_ours`: the commit slot says that estream wrote all batches, see
  // PartitionReader::ours_below.
  StableEnd(std::shared_ptr<const topic::Topic> topic, std::int32_t partition, OnCorrupt on_corrupt,
            bool are_batches_ours)
      : topic_(std::move(topic)),
        partition_(partition),
        on_corrupt_(on_corrupt),
        are_batches_ours_(are_batches_ours) {}

  // Whether the log, in this directory of the partition, may hold transactions at all.
  Result<bool> may_differ(const io::Directory& directory);

  // As of the first call, or of the last refresh().
  Result<Offset> find();
  // To be called when the log may have grown: open transactions may have ended.
  Result<void> refresh();

 private:
  Result<bool> read_on();
  Result<bool> skip_damage(const Error& error);
  Result<void> note_end(const BatchHeader& header);
  Result<bool> is_sound(Offset first);

  std::shared_ptr<const topic::Topic> topic_;
  std::int32_t partition_;
  OnCorrupt on_corrupt_;
  bool are_batches_ours_;
  std::optional<log::PartitionReader> reader_;
  std::optional<bool> may_differ_;
  std::optional<Offset> found_;
  Offset scanned_;                       // `reader_` has read up to here.
  std::optional<Offset> checked_;        // The batch here has a correct checksum.
  std::map<std::int64_t, Offset> open_;  // Where the open transaction of a producer id began.
  BatchDecoder decoder_;
  std::vector<std::byte> bytes_;
};

}  // namespace estream::read
