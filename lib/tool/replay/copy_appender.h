#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/item_pool.h"
#include "io/ordered_pipeline.h"
#include "record/batch_builder.h"
#include "tool/records/record_copier.h"
#include "tool/replay/named_copy.h"
#include "write/background_sync.h"
#include "write/partition_writers.h"

namespace estream::tool {

// A batch on its way into the copy. The thread that copies records fills the first part, a worker
// the second.
struct CopyBatch {
  std::size_t partition = 0;
  BatchBuilder builder{nullptr};

  std::vector<std::byte> bytes;  // Complete but for its place in the log.
  std::optional<Error> failure;

  void reset() {
    if (bytes.capacity() > kept_bytes_max) std::vector<std::byte>().swap(bytes);
    if (builder.size_bytes() > kept_bytes_max) builder = BatchBuilder(nullptr);
    failure.reset();
  }

  // The memory of a larger batch, which is one huge record, is not kept.
  static constexpr std::size_t kept_bytes_max = 4 << 20;
};

// Compresses batches of a copy side by side, and appends them in the order in which they come.
// Syncs them as the target asks, and counts what may be relied upon.
class CopyAppender {
 public:
  // All must outlive this; `named` may be nothing.
  CopyAppender(const CopyOptions& options, write::PartitionWriters& writers, NamedCopy* named);

  // Before anything else.
  Result<void> start_sync();

  // An empty batch, its builder begun; waits until there is one.
  std::unique_ptr<CopyBatch> take_empty();
  // Takes over a batch that has records. An error is that of an append before it, or of a sync.
  Result<void> append(std::unique_ptr<CopyBatch> batch);
  // Returns when everything is appended, and shown to whoever reads the copy if `is_urgent`.
  Result<void> drain(bool is_urgent);
  // Events that an earlier run has put there, and that this one will sync.
  void note_found(std::int64_t events) { note_stored(events); }

  // Whether nothing more is appended: finish() says why.
  bool has_failed() const { return has_failed_; }
  // Everything is appended and synced, or the first error of all that were met.
  Result<void> finish();

  // See ReplaySink::reach.
  std::optional<std::string> reach() const;

 private:
  Result<void> start_threads();
  void compress(std::size_t worker, CopyBatch& batch) const;
  void take(std::unique_ptr<CopyBatch> batch);
  Result<void> write(CopyBatch& batch);
  Result<void> append_to_log(CopyBatch& batch);
  void fail(const Error& error);
  std::optional<Error> failure();
  void note_stored(std::int64_t events);
  Result<void> sync();

  const CopyOptions* options_;
  write::PartitionWriters* writers_;
  NamedCopy* named_;
  io::ItemPool<CopyBatch> pool_;
  std::vector<std::unique_ptr<CompressionSpace>> spaces_;  // By worker.
  std::mutex mutex_;
  std::optional<Error> failure_;          // Guarded by the mutex: the first one of an append.
  std::atomic<bool> has_failed_ = false;  // An append, or a sync in the background.
  bool has_lost_sync_ = false;
  std::atomic<std::int64_t> stored_ = 0;
  std::atomic<std::int64_t> acknowledged_ = 0;
  std::int64_t uncertain_ = 0;  // Of an append that failed, and may be in the log.
  std::unique_ptr<write::BackgroundSync> background_;
  io::OrderedPipeline<CopyBatch> pipeline_;  // Last: its threads use all.
};

}  // namespace estream::tool
