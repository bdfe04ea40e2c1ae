#include "log/recovery.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "log/active_segment.h"
#include "log/chain.h"
#include "log/leader_epochs.h"
#include "log/names.h"
#include "log/segment.h"

namespace estream::log {

namespace {

Result<void> quarantine(const io::Directory& directory, const io::File& log, Offset base,
                        std::uint64_t from, std::uint64_t to) {
  auto made = directory.make_directory(quarantine_name);
  if (!made && made.error().code != Error::Code::exists) return made;
  const io::Directory cell = TRY(directory.open_directory(quarantine_name));
  const io::FileStatus parent = TRY(directory.status());
  if (made) TRY(cell.take_access(parent));
  char name[80];
  std::snprintf(name, sizeof name, "%020lld-from-byte-%llu-%08llx",
                static_cast<long long>(base.value), static_cast<unsigned long long>(from),
                static_cast<unsigned long long>(directory.system().random() & 0xffffffff));
  io::File copy = TRY(cell.create_file(name, "."));
  const io::FileStatus model = TRY(log.status());
  TRY(copy.take_access(model));
  TRY(io::copy_sparse(log, from, to, copy));
  TRY(copy.sync());
  TRY(copy.close());
  TRY(cell.sync());
  return directory.sync();
}

// What may be cut off behind the last valid batch.
enum class Tail { anything, incomplete_batch };

class Recovery {
 public:
  // `commit` is null where there is no commit file yet.
  Recovery(const io::Directory& directory, io::File* commit, CommitState state, Notices& notices)
      : directory_(directory), commit_(commit), state_(state), notices_(notices) {}

  Result<CommitState> run(Tail tail) {
    TRY(load_epochs());
    // The table is synced when it changes, but the slot is not: after a power loss it may be older.
    state_.epoch = std::max(state_.epoch, epochs_.last());
    is_other_boot_ = !is_of_this_boot(state_, directory_.system());
    TRY(check_synced());
    TRY(find_chain());
    is_blank_ = chain_.broken_by && !chain_.is_incomplete &&
                TRY(io::first_non_zero(active_->log, chain_.end.bytes, size_)) == size_;
    if (tail == Tail::incomplete_batch && chain_.broken_by && !chain_.is_incomplete && !is_blank_) {
      return *chain_.broken_by;
    }
    if (is_blank_) {
      notices_.push_back(active_->log.name() + ": " + std::to_string(size_ - chain_.end.bytes) +
                         " zero bytes behind the last batch are cut off");
    }
    TRY(quarantine_tail());
    note_losses();
    end_epochs();
    TRY(put_epochs());
    TRY(put_on_device());
    TRY(active_->index.rebuild(active_->log, chain_.end.bytes));
    TRY(remove_unborn_indexes());
    // The writer that made the segment may have died or failed before its name was on the device.
    TRY(directory_.sync());
    return finished_state();
  }

 private:
  io::BootId this_boot() const { return directory_.system().boot_id().value_or(io::BootId{}); }

  Result<void> load_epochs() {
    auto text = directory_.read_file(epochs_file_name, epochs_file_bytes_max);
    if (!text && text.error().code != Error::Code::not_found) return std::move(text).error();
    if (text) epochs_text_ = *std::move(text);
    auto epochs = LeaderEpochs::parse(epochs_text_);
    if (!epochs) {
      return Error::in_file(Error::Code::corrupt, directory_.path_of(epochs_file_name),
                            epochs.error().message);
    }
    epochs_ = *std::move(epochs);
    if (epochs_.last() < 0) epochs_.begin(0, state_.log_start_offset);
    return {};
  }

  // Everything below the synced length was on the device, so a dead writer cannot have caused an
  // error there. This check comes before anything is changed.
  Result<void> check_synced() {
    const std::string name = segment_file_name(state_.segment_base, SegmentFile::log);
    const auto log = directory_.open_file(name, io::OpenMode::read);
    if (!log && log.error().code != Error::Code::not_found) return log.error();
    if (!log) {
      return Error::in_file(Error::Code::corrupt, directory_.path_of(name),
                            "is missing; restore it from a copy");
    }
    const std::uint64_t size = TRY(log->size_bytes());
    if (size < state_.synced.bytes) return too_short(*log, size, state_.synced.bytes);
    const LogPosition start = {0, state_.segment_base};
    const Chain chain = TRY(follow_chain(*log, start, state_.synced.bytes, epochs_));
    if (chain.end == state_.synced) return {};
    if (chain.broken_by) return *chain.broken_by;
    return Error::in_file(Error::Code::corrupt, log->name(),
                          "offset " + std::to_string(chain.end.offset.value) + " instead of " +
                              std::to_string(state_.synced.offset.value),
                          chain.end.bytes);
  }

  // Follows the chain to its end, also through later segments: the slot that named them may be
  // lost.
  Result<void> find_chain() {
    const std::vector<Offset> segments = TRY(list_segments(directory_));
    start_ = state_.synced;
    Offset base = state_.segment_base;
    for (;;) {
      active_ = TRY(ActiveSegment::open(directory_, base, state_.generation + 1));
      size_ = TRY(active_->log.size_bytes());
      chain_ = TRY(follow_chain(active_->log, start_, size_, epochs_));
      // The batches need not be estream's own: somebody may have copied them here.
      state_.are_batches_ours =
          state_.are_batches_ours && TRY(are_ours(active_->log, start_.bytes, chain_.end.bytes));
      const auto next = std::ranges::upper_bound(segments, base);
      if (next == segments.end()) return {};
      if (chain_.end.bytes != size_ || *next != chain_.end.offset) {
        return not_joined(active_->log, chain_, *next);
      }
      TRY(seal_passed());
      base = *next;
      start_ = {0, base};
      state_.is_poisoned = false;  // It was about the segment that is sealed now.
    }
  }

  // The index of a sealed segment may have been removed, and opening the segment made an empty one.
  Result<void> seal_passed() {
    TRY(active_->index.rebuild(active_->log, size_));
    return active_->index.seal();
  }

  void note_losses() {
    if (chain_.end.offset >= state_.written.offset) return;
    notices_.push_back(directory_.name() + ": offsets " + std::to_string(chain_.end.offset.value) +
                       " to " + std::to_string(state_.written.offset.value - 1) +
                       " were written but not synced, and are lost; a new epoch begins");
    state_.epoch++;
  }

  // The next batch will have the epoch of the slot. So the table ends with this epoch, and no entry
  // begins beyond the end of the log. Readers compare the epochs of batches with the table.
  void end_epochs() {
    epochs_.cut(chain_.end.offset);
    if (epochs_.last() != state_.epoch) epochs_.begin(state_.epoch, chain_.end.offset);
  }

  // Readers that saw the lost offsets must notice the loss. So a new epoch is on the device before
  // a batch can get one of these offsets again. A missing or empty file is also made again.
  Result<void> put_epochs() {
    const std::string text = epochs_.to_text();
    return text == epochs_text_ ? Result<void>()
                                : directory_.replace_file(epochs_file_name, text, log_name());
  }

  std::string log_name() const { return segment_file_name(active_->base, SegmentFile::log); }

  // Zeros at the end hold no data. A broker allocated them in advance, or a power loss left them.
  // They are only cut off.
  Result<void> quarantine_tail() {
    if (size_ == chain_.end.bytes || is_blank_) return {};
    auto kept = quarantine(directory_, active_->log, active_->base, chain_.end.bytes, size_);
    // In the same boot the slot is exact: beyond its written end nothing was acknowledged to
    // anyone.
    const bool is_exact = commit_ != nullptr && !is_other_boot_ && !state_.is_twin_damaged &&
                          chain_.end.offset >= state_.written.offset;
    if (!kept && !is_exact) return kept;
    notices_.push_back(
        active_->log.name() + ": a writer died while it appended; " +
        std::to_string(size_ - chain_.end.bytes) + " bytes of an unfinished batch " +
        (kept ? "moved to " + std::string(quarantine_name) + "/"
              : "dropped, because they could not be kept (" + kept.error().message + ")"));
    return {};
  }

  Result<void> put_on_device() {
    // Without a commit file, a sync may have failed without a note, and the segment may be a hard
    // link to a broker's file.
    if (commit_ == nullptr) return move_to_new_file();
    const io::FileStatus log = TRY(active_->log.status());
    if (log.link_count > 1) {
      notices_.push_back(active_->log.name() +
                         ": has another name elsewhere; its records are copied to a new file");
      return move_to_new_file();
    }
    const bool is_synced = !state_.is_poisoned && TRY(rewrite_tail());
    if (is_synced) return {};
    notices_.push_back(active_->log.name() +
                       ": a sync of it had failed; its records are copied to a new file");
    return move_to_new_file();
  }

  // False if the file cannot be synced; then it must not be written again.
  Result<bool> rewrite_tail() {
    if (chain_.end.bytes > start_.bytes) {
      TRY(io::copy_range(active_->log, start_.bytes, chain_.end.bytes, active_->log, start_.bytes));
    }
    if (size_ > chain_.end.bytes) TRY(active_->log.truncate(chain_.end.bytes));
    if (size_ == start_.bytes || active_->log.sync_data()) return true;
    TRY(poison());
    return false;
  }

  // Needed if moving to a new file fails, too.
  Result<void> poison() {
    if (state_.segment_base != active_->base) {
      state_.segment_base = active_->base;
      state_.written = state_.synced = state_.published = start_;
    }
    return note_failed_sync(*commit_, state_);
  }

  Result<void> move_to_new_file() {
    const std::string name = segment_file_name(active_->base, SegmentFile::log);
    const std::string copy_name = name + ".cleaned";
    if (TRY(directory_.status(copy_name))) TRY(directory_.remove_file(copy_name));
    io::File copy = TRY(directory_.create_file(copy_name, name));
    TRY(io::copy_range(active_->log, 0, chain_.end.bytes, copy, 0));
    TRY(copy.sync());
    TRY(copy.close());
    TRY(directory_.rename(copy_name, name));
    TRY(directory_.sync());
    active_ = TRY(ActiveSegment::open(directory_, active_->base, state_.generation + 1));
    return {};
  }

  // A roll makes the indexes before the log, and may have been interrupted in between. Maintenance
  // does not remove these files, because a writer may be at work beyond the active segment.
  Result<void> remove_unborn_indexes() {
    for (const std::string& name : TRY(directory_.list())) {
      auto base = parse_segment_file_name(name, SegmentFile::index);
      if (!base) base = parse_segment_file_name(name, SegmentFile::time_index);
      if (base && *base > active_->base) TRY(directory_.remove_file(name));
    }
    return {};
  }

  CommitState finished_state() const {
    CommitState state = state_;
    state.generation++;
    state.segment_base = active_->base;
    state.written = state.synced = state.published = chain_.end;
    // A branch of a broker's log may begin inside its active segment.
    state.log_start_offset = std::min(state.log_start_offset, chain_.end.offset);
    state.is_poisoned = state.is_rolling = false;
    state.is_twin_damaged = state.is_twin_to_mend = false;
    state.writer_pid = directory_.system().process_id();
    state.boot_id = this_boot();
    return state;
  }

  const io::Directory& directory_;
  io::File* commit_;
  CommitState state_;
  Notices& notices_;
  LeaderEpochs epochs_;
  std::string epochs_text_;  // As it was found.
  bool is_other_boot_ = false;
  std::shared_ptr<ActiveSegment> active_;
  std::uint64_t size_ = 0;  // Of the active log.
  bool is_blank_ = false;   // Nothing but zeros is behind the chain.
  LogPosition start_;       // In the active log.
  Chain chain_;
};

}  // namespace

Result<CommitState> recover(const io::Directory& directory, io::File& commit, CommitState state,
                            Notices& notices) {
  CommitState recovered = TRY(Recovery(directory, &commit, state, notices).run(Tail::anything));
  // An older slot names segments that compaction may change from now on, and bytes that the next
  // append overwrites. If this is killed before the sync, the next writer repeats the recovery.
  recovered.is_rolling = true;
  TRY(write_commit(commit, recovered));
  TRY(sync_commit(commit, recovered));
  recovered.is_rolling = false;
  TRY(write_commit(commit, recovered));
  return recovered;
}

Result<io::File> rebuild_commit(const io::Directory& directory, Notices& notices) {
  const std::vector<Offset> segments = TRY(list_segments(directory));
  if (segments.empty()) {
    return Error::in_file(Error::Code::corrupt, directory.name(),
                          "has neither segments nor a commit file");
  }
  CommitState state;
  state.segment_base = segments.back();
  state.written = state.synced = state.published = {0, segments.back()};
  state.log_start_offset = segments.front();
  state.boot_id = directory.system().boot_id().value_or(io::BootId{});
  // Those of the active segment are made again.
  state.are_indexes_whole = segments.size() == 1;
  CommitState recovered =
      TRY(Recovery(directory, nullptr, state, notices).run(Tail::incomplete_batch));
  // If this is killed before the name is on the device, the next writer finds an unfinished
  // recovery.
  recovered.is_rolling = true;
  TRY(create_commit(directory, recovered));
  io::File commit = TRY(directory.open_file(commit_file_name, io::OpenMode::read_write));
  recovered = TRY(read_commit(commit));
  recovered.is_rolling = false;
  TRY(write_commit(commit, recovered));
  notices.push_back(commit.name() + ": was missing and was made again from the segments");
  return commit;
}

}  // namespace estream::log
