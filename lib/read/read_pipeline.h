#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "read/batch_stage.h"
#include "read/batch_work.h"
#include "read/decode_pool.h"
#include "read/feed.h"
#include "read/stable_end.h"

namespace estream::read {

// Reads several partitions at once. Batches are read ahead and decoded by a pool, and come out as
// pieces in the order of each partition. The number of batches under way is limited. It is one at
// first, and grows while more are wanted, so that a caller that needs ten records does not read
// megabytes. A heavy batch (see BatchStage) is decoded alone when it is its turn. Batches that were
// decoded ahead of it wait, and their memory is released.
class ReadPipeline {
 public:
  // The rest of the batch that a partition is printing.
  struct Head {
    const OutputPiece* next = nullptr;
    const OutputPiece* end = nullptr;
    BatchWork* work = nullptr;

    bool is_empty() const { return next == end; }
  };

  // The order of `feeds` is that of plan.sources; all must outlive the pipeline.
  ReadPipeline(const std::vector<Feed*>& feeds, const StagePlan& plan, OnCorrupt on_corrupt,
               std::size_t threads);
  template <std::derived_from<Feed> OneFeed>
  ReadPipeline(std::vector<OneFeed>& feeds, const StagePlan& plan, OnCorrupt on_corrupt,
               std::size_t threads)
      : ReadPipeline(pointers_to(feeds), plan, on_corrupt, threads) {}

  std::size_t source_count() const { return sources_.size(); }
  Head& head(std::size_t source) { return sources_[source].head; }

  // Submits the next batches of all sources, so that they are decoded in parallel.
  void read_ahead();

  enum class Loaded {
    pieces,   // The head has at least one.
    nothing,  // There are no more pieces at present.
    unsure,   // Many batches without a piece were read; call again if there is time.
  };

  // Goes on to the next batch that has pieces. Requires an empty head. Returns the error that comes
  // in place of this source's next record.
  Result<Loaded> load(std::size_t source);

  // The offset after the last record that was taken from the head or passed over. A later run has
  // to begin here to see the rest.
  Offset position(std::size_t source) const;

  // Of the records that were taken, those that could not be enriched.
  PlainRecords plain_records() const;

  BatchStage& own_stage() { return pool_.own_stage(); }

 private:
  struct Source {
    Feed* feed;
    Head head;
    std::deque<BatchWork*> ahead;  // Submitted, in the order of the log.
    std::size_t ahead_max = 0;     // Besides the head; grows with each batch that is used up.
    std::optional<Error> failure;  // Of the feed; comes after the batches that are ahead.
    std::optional<Offset> first_beyond;
    Offset passed;  // The offset after the last batch that was used up.
  };

  template <class OneFeed>
  static std::vector<Feed*> pointers_to(std::vector<OneFeed>& feeds) {
    std::vector<Feed*> pointers;
    for (OneFeed& feed : feeds) pointers.push_back(&feed);
    return pointers;
  }

  void read_ahead_of(std::size_t source);
  PlainRecords plain_of(const Head& head) const;
  bool show_portion(Source& source);
  void open_heavy(BatchWork& work);
  Result<void> leave_head(Source& source);
  void close_heavy(BatchWork& work);
  BatchWork& free_work();

  const StagePlan* plan_;
  std::vector<Source> sources_;
  PlainRecords plain_records_;  // But for those of the heads.
  OnCorrupt on_corrupt_;
  std::size_t ahead_limit_;  // Of each source.
  std::size_t bytes_ahead_ = 0;
  std::size_t heavy_open_ = 0;  // How many of the heads are heavy.
  std::vector<std::unique_ptr<BatchWork>> works_;
  std::vector<BatchWork*> free_;
  DecodePool pool_;  // Last: its threads must be gone before the works are.
};

}  // namespace estream::read
