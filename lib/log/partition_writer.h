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

// When appended records are shown to readers and may be acknowledged.
enum class SyncLevel {
  interval,  // When a sync() that the caller calls now and then has covered them.
  batch,     // Each append syncs before it returns.
  none,      // As soon as they are written: safe from kill -9, not from power loss.
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
// Nothing is appended or acknowledged when the partition is no longer where its name leads: it, its
// topic, or its lock or commit file was removed, renamed or replaced. That is an Error::Code::io.
//
// After an error from the system the writer must not be used again. Nothing that was acknowledged
// is in danger; what was not may or may not be in the log.
class PartitionWriter {
 public:
  // Takes the lock once, and recovers the partition if its last writer died.
  static Result<std::unique_ptr<PartitionWriter>> open(const io::Directory& directory,
                                                       const WriterOptions& options);

  struct Appended {
    Offset base_offset;
    std::int64_t number;  // The first append of this writer is 1.
  };

  // Stamps offset and epoch into `batch`, which BatchBuilder made, and writes it; rolls first when
  // the segment is full.
  Result<Appended> append(MutableBytes batch);

  // As append(), but only if the log still ends at `expected_end`; otherwise nothing is written and
  // the answer is nothing. For callers whose batch depends on what the log already holds.
  Result<std::optional<Appended>> append_if_at(Offset expected_end, MutableBytes batch);

  // Treats what is in the log now as if this writer had appended it: another one may have written
  // it and died before its sync, and the caller is about to acknowledge it.
  Result<void> claim_written();

  // Everything appended before this call is on the device and published. Answers the number of the
  // last append that this holds for.
  Result<std::int64_t> sync();

  // Seals the active segment, if it has any batch, and begins the next one. What was written is
  // synced and published by that.
  Result<void> seal_active();

  // Leaves the indexes as a broker does that shuts down. Called when nothing more will be appended;
  // without it the log is as valid, and a broker that is given it finds times less well.
  Result<void> finish();

  // Where the next record will go, as of now: takes the lock for a moment.
  Result<Offset> log_end_offset();

  const io::Directory& directory() const { return directory_; }
  // What recovery had to do since the last call.
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

  std::mutex mutex_;  // Guards all below; threads of one process share the kernel's lock.
  CommitState state_;
  bool has_entered_ = false;  // Since then the machine has not been started again.
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
