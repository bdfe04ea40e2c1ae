#include "log/partition_writer.h"

#include <algorithm>

#include "log/batch_reader.h"
#include "log/create.h"
#include "log/in_place.h"
#include "log/names.h"
#include "log/segment.h"

namespace estream::log {

namespace {

Error unsynced(Error error) {
  error.message += "; events that were not acknowledged may be lost; run it again";
  return error;
}

Result<io::File> own_commit(const io::Directory& directory, const io::File& lock,
                            const WriterOptions& options, Notices& notices) {
  const io::RangeLock held =
      TRY(io::RangeLock::acquire(lock, append_lock_byte, options.lock_timeout_ns));
  // Another writer may have made it while this one waited for the lock.
  auto commit = open_own_commit(directory);
  const bool is_missing = !commit && commit.error().code == Error::Code::not_found;
  return is_missing ? rebuild_commit(directory, notices) : std::move(commit);
}

}  // namespace

PartitionWriter::PartitionWriter(io::Directory directory, io::File lock, io::File commit,
                                 const WriterOptions& options)
    : directory_(std::move(directory)),
      lock_(std::move(lock)),
      commit_(std::move(commit)),
      options_(options) {
  state_.sequence = -1;  // No slot has this number, so the first enter() takes over.
}

Result<std::unique_ptr<PartitionWriter>> PartitionWriter::open(const io::Directory& directory,
                                                               const WriterOptions& options) {
  io::File lock = TRY(open_lock(directory));
  Notices notices;
  const auto status = TRY(directory.status(commit_file_name));
  const bool is_own = status && status->link_count <= 1;
  auto commit = is_own ? directory.open_file(commit_file_name, io::OpenMode::read_write)
                       : own_commit(directory, lock, options, notices);
  if (!commit) return std::move(commit).error();
  std::unique_ptr<PartitionWriter> writer(
      new PartitionWriter(directory, std::move(lock), *std::move(commit), options));
  writer->notices_ = std::move(notices);
  TRY(writer->log_end_offset());
  return writer;
}

Result<io::RangeLock> PartitionWriter::enter() {
  io::RangeLock held =
      TRY(io::RangeLock::acquire(lock_, append_lock_byte, options_.lock_timeout_ns));
  TRY(check_in_place(directory_, lock_, commit_));
  const CommitState now = TRY(read_commit(commit_));
  const bool is_ours = now.sequence == state_.sequence;
  state_ = now;
  // This comes first, because the code below does not expect the state that a dead writer leaves.
  const bool is_recovered = TRY(needs_recovery());
  if (is_recovered) state_ = TRY(recover(directory_, commit_, state_, notices_));
  has_entered_ = true;
  if (is_recovered || !is_ours) TRY(take_over());
  TRY(check_own());
  return held;
}

// Checks that the batches that this writer appended, but did not acknowledge, are still in the log.
// A failed sync may have lost them, and then the writer that recovered the log began a new epoch.
Result<void> PartitionWriter::check_own() const {
  if (acknowledged_ == appended_ || own_epoch_ == state_.epoch) return {};
  return Error{Error::Code::io, directory_.name() +
                                    ": written records were lost before they were synced, and "
                                    "another writer recovered the log; run it again"};
}

Result<bool> PartitionWriter::needs_recovery() const {
  if (state_.is_poisoned || state_.is_rolling) return true;
  if (state_.is_twin_damaged || state_.is_twin_to_mend) return true;
  // If the system does not tell its boot, the boot still cannot have changed since the first
  // enter().
  io::System& system = directory_.system();
  const bool is_known = system.boot_id().has_value();
  if (is_known ? !is_of_this_boot(state_, system) : !has_entered_) return true;
  if (is_open()) {
    const io::FileStatus log = TRY(active_->log.status());
    return log.size_bytes != state_.written.bytes || log.link_count > 1;
  }
  // If the slot names a segment that is sealed now, the commit file is an old copy.
  const std::vector<Offset> segments = TRY(list_segments(directory_));
  if (!segments.empty() && segments.back() > state_.segment_base) return true;
  const std::string name = segment_file_name(state_.segment_base, SegmentFile::log);
  const auto status = TRY(directory_.status(name));
  return !status || status->size_bytes != state_.written.bytes || status->link_count > 1;
}

// Whether the active segment is the one that the slot names.
bool PartitionWriter::is_open() const {
  return active_ != nullptr && active_->base == state_.segment_base &&
         active_->generation == state_.generation;
}

// Another process, or recovery, wrote the slot last. This takes over its segment and its end.
Result<void> PartitionWriter::take_over() {
  if (!is_open()) {
    active_ = TRY(ActiveSegment::open(directory_, state_.segment_base, state_.generation));
    BatchReader first(active_->log, 0, state_.written.bytes);
    const auto header = TRY(first.peek());
    first_timestamp_ = header ? header->max_timestamp : Timestamp{};
  }
  return active_->index.reload(active_->log, state_.written.bytes);
}

Result<Offset> PartitionWriter::log_end_offset() {
  const std::scoped_lock guard(mutex_);
  const io::RangeLock held = TRY(enter());
  return state_.written.offset;
}

Result<Offset> PartitionWriter::synced_offset() const {
  const CommitState now = TRY(read_commit(commit_));
  return now.synced.offset;
}

Result<PartitionWriter::Appended> PartitionWriter::append(MutableBytes batch) {
  const std::scoped_lock guard(mutex_);
  const io::RangeLock held = TRY(enter());
  return append_locked(batch);
}

Result<std::optional<PartitionWriter::Appended>> PartitionWriter::append_if_at(Offset expected_end,
                                                                               MutableBytes batch) {
  const std::scoped_lock guard(mutex_);
  const io::RangeLock held = TRY(enter());
  if (state_.written.offset != expected_end) return std::optional<Appended>();
  const Appended appended = TRY(append_locked(batch));
  return std::optional(appended);
}

Result<PartitionWriter::Appended> PartitionWriter::append_locked(MutableBytes batch) {
  const BatchHeader finished = TRY(parse_batch_header(batch));
  if (state_.written.offset.value >= INT64_MAX - 1 - finished.last_offset_delta) {
    return Error{
        Error::Code::data,
        directory_.name() + ": the last possible offset is used; nothing more can be appended"};
  }
  patch_base_offset(batch, state_.written.offset);
  patch_leader_epoch(batch, state_.epoch);
  const BatchHeader header = TRY(parse_batch_header(batch));
  if (has_to_roll(header)) TRY(roll());
  TRY(write_batch(header, batch));
  state_.written = {state_.written.bytes + batch.size(), header.last_offset() + 1};
  state_.writer_pid = directory_.system().process_id();
  TRY(reach_level());
  if (first_timestamp_.ms < 0) first_timestamp_ = header.max_timestamp;
  return Appended{header.base_offset, appended_};
}

// Syncs or publishes what is written, as this writer's level demands, or leaves it to sync().
Result<void> PartitionWriter::reach_level() {
  if (options_.sync_level == SyncLevel::none) state_.published = state_.written;
  if (options_.sync_level == SyncLevel::batch) TRY(sync_locked());
  TRY(write_commit(commit_, state_));
  appended_++;
  if (options_.sync_level != SyncLevel::interval) acknowledged_ = appended_;
  own_end_ = state_.written;
  own_segment_ = active_;
  own_epoch_ = state_.epoch;
  return {};
}

Result<void> PartitionWriter::claim_written() {
  const std::scoped_lock guard(mutex_);
  const io::RangeLock held = TRY(enter());
  return reach_level();
}

// Kafka's conditions, judged before the batch is written.
bool PartitionWriter::has_to_roll(const BatchHeader& batch) const {
  if (state_.written.bytes == 0) return false;
  const std::uint64_t end = state_.written.bytes + batch.size_bytes();
  return end > static_cast<std::uint64_t>(options_.segment_bytes) ||
         batch.last_offset() - state_.segment_base > INT32_MAX ||
         (first_timestamp_.ms >= 0 && batch.max_timestamp > first_timestamp_ &&
          batch.max_timestamp - first_timestamp_ > options_.segment_ms);
}

// After each step the next writer can go on. If this is killed before the last slot, the empty
// segment tiles behind the old one, and recovery goes on in it.
Result<void> PartitionWriter::roll() {
  // Needed even if every batch is on the device. A truncation after a failed write may not be there
  // yet. Then a power loss could bring half a batch back, into a segment that is not recovered
  // again.
  TRY(sync_active());
  state_.is_rolling = true;
  TRY(write_commit(commit_, state_));
  // If this fails, the mark makes the next writer build the indexes again. Otherwise the entries
  // that a failed sync lost would become a hole, once a later sync succeeds.
  if (auto sealed = active_->index.seal(); !sealed) return sealed;
  const Offset base = state_.written.offset;
  TRY(create_segment(directory_, base, segment_file_name(active_->base, SegmentFile::log)));
  active_ = TRY(ActiveSegment::open(directory_, base, state_.generation));
  state_.segment_base = base;
  state_.written = state_.synced = state_.published = {0, base};
  state_.is_rolling = false;
  first_timestamp_ = {};
  TRY(write_commit(commit_, state_));
  // Not needed for safety. It makes the scan after a power loss shorter.
  return sync_commit(commit_, state_);
}

Result<void> PartitionWriter::write_batch(const BatchHeader& header, Bytes batch) {
  auto outcome = active_->log.write_at(state_.written.bytes, batch);
  const bool is_indexed = outcome.has_value();
  if (outcome) outcome = active_->index.add(header, state_.written.bytes);
  if (outcome) return {};
  // Probably the disk is full. Cut the segment to its old length; if this fails too, recovery does
  // it.
  if (active_->log.truncate(state_.written.bytes) && is_indexed) distrust_indexes();
  return outcome;
}

// The indexes may have an entry for a batch that is not in the log. The next writer recovers and
// builds them again. This writer cannot, because its writes fail.
void PartitionWriter::distrust_indexes() {
  state_.is_rolling = true;
  (void)write_commit(commit_, state_);
  // If that write fails too, the next enter() checks the indexes, as after another writer.
  state_.sequence = -1;
}

Result<void> PartitionWriter::sync_locked() {
  if (state_.synced != state_.written) return sync_active();
  state_.published = state_.written;
  return {};
}

Result<void> PartitionWriter::sync_active() {
  if (auto synced = active_->log.sync_data(); !synced) return poison(std::move(synced).error());
  state_.synced = state_.published = state_.written;
  return {};
}

// The kernel may have dropped the pages and marked them clean, so a second sync would report a
// false success. Nobody writes this file again; the next writer copies its valid batches.
Error PartitionWriter::poison(Error error) {
  (void)note_failed_sync(commit_, state_);
  return unsynced(std::move(error));
}

// Does not take the lock: a process that waits for the same device may hold it for a long time.
Error PartitionWriter::poison_unlocked(const ActiveSegment& segment, Error error) {
  (void)write_poison_mark(commit_, segment.generation, segment.base);
  return unsynced(std::move(error));
}

Result<std::int64_t> PartitionWriter::sync() {
  std::unique_lock guard(mutex_);
  if (acknowledged_ == appended_) return acknowledged_;
  const std::int64_t number = appended_;
  const std::shared_ptr<ActiveSegment> segment = own_segment_;
  const LogPosition end = own_end_;
  guard.unlock();

  // Without both locks, so that others can append meanwhile. The sync covers everything that was
  // written before it began, and so everything up to `end`.
  auto synced = segment->sync_log.sync_data();

  guard.lock();
  if (!synced) return poison_unlocked(*segment, std::move(synced).error());
  const io::RangeLock held = TRY(enter());
  TRY(publish_synced(*segment, end));
  acknowledged_ = std::max(acknowledged_, number);
  return number;
}

Result<void> PartitionWriter::publish_synced(const ActiveSegment& segment, const LogPosition& end) {
  // A roll or a recovery may have come meanwhile; both sync everything.
  if (state_.synced.offset >= end.offset) return {};
  ASSERT(state_.segment_base == segment.base);
  state_.synced = end;
  if (state_.published.offset < end.offset) state_.published = end;
  return write_commit(commit_, state_);
}

Result<void> PartitionWriter::seal_active() {
  const std::scoped_lock guard(mutex_);
  const io::RangeLock held = TRY(enter());
  return state_.written.bytes == 0 ? Result<void>() : roll();
}

Result<void> PartitionWriter::finish() {
  const std::scoped_lock guard(mutex_);
  const io::RangeLock held = TRY(enter());
  if (active_->index.is_complete()) return {};
  // The slot comes first, so that other writers check the indexes before they add to them.
  TRY(write_commit(commit_, state_));
  return active_->index.complete();
}

Notices PartitionWriter::take_notices() {
  const std::scoped_lock guard(mutex_);
  return std::exchange(notices_, {});
}

}  // namespace estream::log
