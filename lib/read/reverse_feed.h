#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "read/batch_feed.h"
#include "read/feed.h"

namespace estream::read {

// The batches of one partition from the newest to the oldest. A log can only be read forwards, so
// it is read in stretches, from the last one to the first, and each stretch is kept in memory until
// its batches are handed out. The length of a stretch adapts to the size of the batches.
//
// The records of a batch are turned round by BatchStage. A damaged batch is an error at its turn.
class ReverseFeed final : public Feed {
 public:
  ReverseFeed(PartitionSource source, const FeedOptions& options);

  // Called once, before everything below.
  void begin(const ReadWindow& window);

  Result<bool> next(BatchWork& work) override;
  bool has_more() const override { return has_more_; }

  const ReadWindow& window() const override { return window_; }
  // The end of what is not handed out yet: here, positions go down.
  Offset position() const override { return end_; }
  std::optional<Offset> first_beyond() const override { return {}; }

  Error placed(const Error& error, Offset offset) const override;
  Error placed_in_batch(const Error& error, const BatchHeader& header) const override;
  void count_corrupt_batch(const Error& placed_error) override;
  std::int64_t corrupt_batches() const { return corrupt_batches_; }

 private:
  struct Batch {
    BatchHeader header;
    std::vector<std::byte> bytes;
  };
  enum class Stretch { read, is_too_long };

  Result<void> read_stretch();
  Result<Stretch> read_from(Offset begin);
  Result<BatchFeed> feed_of(const ReadWindow& window) const;

  PartitionSource source_;
  FeedOptions options_;
  ReadWindow window_;
  Offset end_;                // What is before it is not read yet.
  std::int64_t length_ = 64;  // Of the next stretch, in offsets.
  std::vector<Batch> batches_;
  bool has_more_ = true;
  std::int64_t corrupt_batches_ = 0;
};

}  // namespace estream::read
