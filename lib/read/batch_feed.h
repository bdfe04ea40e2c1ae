#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "log/partition_reader.h"
#include "read/enrichment.h"
#include "read/feed.h"
#include "read/partition_source.h"
#include "read/read_window.h"
#include "read/transactions.h"
#include "record/batch_header.h"

namespace estream::read {

enum class Counting {
  by_record,  // All batches are handed out.
  by_batch,   // Batches whose records are all wanted are only counted, by their headers.
};

enum class Direction {
  forward,
  reverse,  // From the newest record to the oldest: see ReverseFeed.
};

struct FeedOptions {
  OnCorrupt on_corrupt = OnCorrupt::stop;
  Counting counting = Counting::by_record;
  Direction direction = Direction::forward;
  Enrichment* enrichment = nullptr;  // A batch may have to wait for it.
};

// The batches of one partition that may hold wanted records, compressed as they are stored. It does
// not hand out batches that are not wanted by their headers: batches outside of the window, control
// batches, and batches of aborted and open transactions unless those are asked for. Batches outside
// of the window are not even read.
class BatchFeed final : public Feed {
 public:
  BatchFeed(PartitionSource source, const FeedOptions& options);

  // Called once, before everything below.
  Result<void> begin(const ReadWindow& window);

  // Hands out the batch as it is stored, with a verified checksum.
  Result<bool> next(BatchWork& work) override { return next(work.header, work.bytes); }
  Result<bool> next(BatchHeader& header, std::vector<std::byte>& bytes);
  bool has_more() const override { return has_more_; }

  // Looks for new batches.
  Result<void> refresh();
  // Whether no new batch can be wanted any more.
  bool is_complete() const { return position_ >= window_.end; }

  Offset position() const override { return position_; }
  std::optional<Offset> first_beyond() const override { return first_beyond_; }

  // The partition, as in "orders/0". Errors begin with it and the offset.
  const std::string& name() const { return source_.name; }
  const topic::Topic& topic() const { return *source_.topic; }
  std::int32_t partition() const { return source_.partition; }
  const ReadWindow& window() const override { return window_; }
  const log::PartitionReader& reader() const { return source_.reader; }
  std::int64_t counted_records() const { return counted_records_; }
  std::int64_t corrupt_batches() const { return corrupt_batches_; }

  Error placed(const Error& error, Offset offset) const override;
  Error placed_in_batch(const Error& error, const BatchHeader& header) const override;
  void count_corrupt_batch(const Error& placed_error) override;

 private:
  enum class Verdict {
    wanted,
    counted,
    passed,
    held,  // By an open transaction, or by the enrichment.
  };

  Result<std::optional<BatchHeader>> peek();
  Result<Verdict> judge(const BatchHeader& header);
  bool is_time_to_enrich(const BatchHeader& header);
  bool is_checked(const BatchHeader& header, Verdict verdict) const;
  Result<bool> read(const BatchHeader& header, std::vector<std::byte>& bytes);
  void go_behind(const BatchHeader& header);
  Result<void> skip_damage(const Error& error);
  void warn_of_deleted();

  PartitionSource source_;
  Transactions transactions_;
  FeedOptions options_;
  ReadWindow window_;
  Offset position_;
  std::optional<Offset> first_beyond_;
  bool has_more_ = true;
  Offset waiting_;  // The last batch for which the enrichment was asked, and until when it waits.
  std::optional<std::int64_t> waiting_until_ns_;
  std::int64_t counted_records_ = 0;
  std::int64_t corrupt_batches_ = 0;
  std::int64_t deleted_offsets_ = 0;
};

}  // namespace estream::read
