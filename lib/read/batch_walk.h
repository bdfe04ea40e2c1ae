#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "read/partition_source.h"
#include "read/read_window.h"
#include "read/transactions.h"
#include "record/batch_header.h"
#include "record/batch_records.h"
#include "record/record.h"

namespace estream::read {

// Walks the batches of a partition that a consumer gets to see, by their headers: no control
// batches, nothing of aborted transactions, and nothing from the last stable offset on. For counts,
// sizes, times and positions, which rarely need the records themselves.
//
//   BatchWalk walk(source);
//   TRY(walk.begin(window));
//   while (const auto header = TRY(walk.next())) {
//     if (walk.overlap() == Overlap::part) look_at(TRY(walk.records()));
//   }
//
// To hand out all records of a partition, see BatchFeed.
class BatchWalk {
 public:
  // `source` must outlive this, and nobody else may move its reader meanwhile.
  explicit BatchWalk(PartitionSource& source) : source_(&source), transactions_(source) {}

  Result<void> begin(const ReadWindow& window);

  // The next batch that begins before the window's end; nothing when there is none at present. It
  // may be outside of the window's times. The checksum of a batch that was passed over is verified
  // where nothing else proves its header.
  Result<std::optional<BatchHeader>> next();

  // Of the batch that next() answered: how much of it is in the window, as far as its header tells.
  Overlap overlap() const;
  // Its records that are in the window, in order, its checksum verified. Once for each batch; valid
  // until the next call of this.
  Result<std::span<const RecordView>> records();
  // Verifies the checksum where nothing else proves the header. Not behind records().
  Result<void> check();

  // Looks for what was appended.
  Result<void> refresh();

  const PartitionSource& source() const { return *source_; }
  const ReadWindow& window() const { return window_; }

 private:
  Result<void> pass(const BatchHeader& header);

  PartitionSource* source_;
  Transactions transactions_;
  ReadWindow window_;
  BatchHeader current_;
  bool is_at_batch_ = false;  // The reader still stands at `current_`.
  BatchDecoder decoder_;
  std::vector<std::byte> bytes_;
  std::vector<RecordView> inside_;
};

}  // namespace estream::read
