#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "io/range_lock.h"
#include "log/active_segment.h"
#include "log/commit_slot.h"
#include "log/recovery.h"
#include "record/batch_header.h"

namespace estream::log {

// When appended records become visible to readers and may be acknowledged.
enum class SyncLevel {
  interval,  // After a sync() that covers them; the caller calls it in intervals.
  batch,     // After append(), which syncs before it returns.
  none,      // After they are written: safe from kill -9, not from power loss.
};

struct WriterOptions {
  SyncLevel sync_level = SyncLevel::interval;
  std::int64_t segment_bytes = 1 << 30;  // Kafka's segment.bytes.
  std::int64_t segment_ms = INT64_MAX;   // Kafka's segment.ms: event time spanned by a segment.
  std::int64_t lock_timeout_ns = 10'000'000'000;
};

// Appends finished batches to one partition. Several processes may do so at once: the partition's
// lock is held for one append only. append() and sync() may be called from two threads.
//
// If the partition, its topic, its lock or its commit file was removed, renamed or replaced,
// nothing is appended or acknowledged any more. The error is Error::Code::io.
//
// After an error from the system the writer must not be used again. Acknowledged records are safe.
// Other records may or may not be in the log.
class PartitionWriter {
 public:
  // Takes the lock once, and recovers the partition if its last writer died.
  static Result<std::unique_ptr<PartitionWriter>> open(const io::Directory& directory,
                                                       const WriterOptions& options);

  struct Appended {
    Offset base_offset;
    std::int64_t number;  // The first append of this writer is 1.
  };

  // Sets offset and epoch in `batch`, which BatchBuilder made, and writes it. Rolls first when the
  // segment is full.
  Result<Appended> append(MutableBytes batch);

  // As append(), but only if the log still ends at `expected_end`. Otherwise nothing is written,
  // and nothing is returned. For callers whose batch depends on the content of the log.
  Result<std::optional<Appended>> append_if_at(Offset expected_end, MutableBytes batch);

  // Treats everything that is in the log now as appended by this writer. For a caller that is about
  // to acknowledge records that another writer wrote: that writer may have died before its sync.
  Result<void> claim_written();

  // Syncs and publishes everything that was appended before this call. Returns the number of the
  // last append that is synced.
  Result<std::int64_t> sync();

  // Seals the active segment, if it has any batch, and begins the next one. Everything that was
  // written is then synced and published.
  Result<void> seal_active();

  // Completes the indexes, as a broker does when it shuts down. Call it when nothing more will be
  // appended. The log is valid without it, but a broker that reads it may miss the last timestamps
  // in a search by time.
  Result<void> finish();

  // The offset of the next record, as of now. Takes the lock for a moment.
  Result<Offset> log_end_offset();

  // Everything below this offset is safe from a power loss, as of now. Takes no lock.
  Result<Offset> synced_offset() const;

  const io::Directory& directory() const { return directory_; }
  // What recovery did since the last call.
  Notices take_notices();

 private:
  PartitionWriter(io::Directory directory, io::File lock, io::File commit,
                  const WriterOptions& options);

  Result<io::RangeLock> enter();
  Result<bool> needs_recovery() const;
  bool is_open() const;
  Result<void> take_over();
  Result<Appended> append_locked(MutableBytes batch);
  bool has_to_roll(const BatchHeader& batch) const;
  Result<void> roll();
  Result<void> write_batch(const BatchHeader& header, Bytes batch);
  void distrust_indexes();
  Result<void> reach_level();
  Result<void> sync_locked();
  Result<void> sync_active();
  Error poison(Error error);
  Error poison_unlocked(const ActiveSegment& segment, Error error);
  Result<void> publish_synced(const ActiveSegment& segment, const LogPosition& end);
  Result<void> check_own() const;

  io::Directory directory_;
  io::File lock_;
  io::File commit_;
  WriterOptions options_;

  std::mutex mutex_;  // Guards all below, because threads of one process share the kernel's lock.
  CommitState state_;
  bool has_entered_ = false;  // After that, the boot of the machine stays the same.
  std::shared_ptr<ActiveSegment> active_;
  Timestamp first_timestamp_;  // Largest of the active segment's first batch; -1 when empty.
  std::int64_t appended_ = 0;
  std::int64_t acknowledged_ = 0;  // Appends that have reached the level.
  LogPosition own_end_;            // The end of this writer's last append, in own_segment_.
  std::shared_ptr<ActiveSegment> own_segment_;
  std::int32_t own_epoch_ = 0;
  Notices notices_;
};

}  // namespace estream::log
