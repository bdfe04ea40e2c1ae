#include "log/maintenance/maintenance.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "log/create.h"
#include "log/in_place.h"
#include "log/index_writer.h"
#include "log/names.h"

namespace estream::log {

namespace {

constexpr SegmentFile segment_files[] = {SegmentFile::log, SegmentFile::index,
                                         SegmentFile::time_index};
constexpr SegmentFile index_files[] = {SegmentFile::index, SegmentFile::time_index};

std::string cleaned_name(Offset base, SegmentFile kind) {
  return segment_file_name(base, kind) + cleaned_suffix;
}

// The names in a directory, sorted by what they are.
struct Files {
  std::set<Offset> logs;
  std::set<Offset> new_logs;     // Logs that have not replaced the old ones yet ...
  std::set<Offset> new_indexes;  // ... and segments with such indexes.
  std::set<Offset> indexes;
};

Files sort_names(const std::vector<std::string>& names) {
  Files files;
  for (const std::string_view name : names) {
    const std::string_view suffix = cleaned_suffix;
    const bool is_new = name.ends_with(suffix);
    const std::string_view stem = is_new ? name.substr(0, name.size() - suffix.size()) : name;
    if (const auto base = parse_log_name(stem))
      (is_new ? files.new_logs : files.logs).insert(*base);
    for (const SegmentFile kind : index_files) {
      const auto base = parse_segment_file_name(stem, kind);
      if (base) (is_new ? files.new_indexes : files.indexes).insert(*base);
    }
  }
  return files;
}

Result<void> remove_if_there(const io::Directory& directory, const std::string& name) {
  auto removed = directory.remove_file(name);
  if (!removed && removed.error().code == Error::Code::not_found) return {};
  return removed;
}

}  // namespace

Result<std::unique_ptr<Maintenance>> Maintenance::open(const io::Directory& directory,
                                                       std::int64_t lock_timeout_ns) {
  auto lock = std::make_unique<io::File>(TRY(open_lock(directory)));
  io::RangeLock held = TRY(io::RangeLock::acquire(*lock, maintenance_lock_byte, lock_timeout_ns));
  io::File commit = TRY(directory.open_file(commit_file_name, io::OpenMode::read_write));
  return std::unique_ptr<Maintenance>(new Maintenance(directory, std::move(commit), std::move(lock),
                                                      std::move(held), lock_timeout_ns));
}

std::unique_ptr<Maintenance> Maintenance::preview(const io::Directory& directory) {
  return std::unique_ptr<Maintenance>(new Maintenance(directory, {}, nullptr, std::nullopt, 0));
}

Result<void> Maintenance::remove_leftovers(const Inventory& inventory) {
  // After a power loss, the slot must not name a segment as active that this run has changed.
  TRY(put_commit(Offset{0}));
  TRY(remove_unfinished(inventory.commit.segment_base));
  // The killed run may not have synced the name of the segment that covers them.
  if (!inventory.leftovers.empty()) TRY(directory_.sync());
  for (const Offset base : inventory.leftovers) TRY(remove_segment(base));
  const Files files = sort_names(TRY(directory_.list()));
  for (const Offset base : files.indexes) {
    // A writer may be at work from the active segment on.
    if (base < inventory.commit.segment_base && !files.logs.contains(base)) {
      TRY(remove_segment(base));
    }
  }
  TRY(mend_indexes(inventory));
  for (const char* name : {commit_file_name, epochs_file_name}) {
    TRY(directory_.remove_dead_temporaries(name));
  }
  return remove_dead_copy();
}

Result<void> Maintenance::mend_indexes(const Inventory& inventory) {
  for (const Offset base : inventory.ill_indexed) {
    if (std::ranges::binary_search(inventory.leftovers, base)) continue;
    TRY(write_indexes(base, segment_file_name(base, SegmentFile::log)));
    TRY(put_indexes(base));
  }
  return inventory.commit.are_indexes_whole ? Result<void>()
                                            : vouch_for_indexes(inventory.commit.segment_base);
}

// Called after the sealed segments were checked; the active one was not.
Result<void> Maintenance::vouch_for_indexes(Offset active) {
  const io::RangeLock append =
      TRY(io::RangeLock::acquire(*lock_, append_lock_byte, lock_timeout_ns_));
  CommitState state = TRY(read_commit(commit_));
  // If a segment was sealed meanwhile, the next run checks it.
  if (state.segment_base != active || state.is_rolling) return {};
  const io::File log =
      TRY(directory_.open_file(segment_file_name(active, SegmentFile::log), io::OpenMode::read));
  IndexWriter indexes = TRY(IndexWriter::open(directory_, active));
  TRY(indexes.rebuild(log, state.written.bytes));
  state.are_indexes_whole = true;
  return write_commit(commit_, state);
}

// Removes the copy of the active segment that a killed recovery has left. Under the append lock
// nobody uses it. The next recovery would remove it, too, but there may never be one.
Result<void> Maintenance::remove_dead_copy() {
  const io::RangeLock append =
      TRY(io::RangeLock::acquire(*lock_, append_lock_byte, lock_timeout_ns_));
  const CommitState state = TRY(read_commit(commit_));
  return remove_if_there(directory_, new_name(state.segment_base));
}

Result<void> Maintenance::remove_unfinished(Offset active) {
  const Files files = sort_names(TRY(directory_.list()));
  for (const Offset base : files.new_indexes) {
    if (base >= active || files.new_logs.contains(base) || !files.logs.contains(base)) continue;
    // The new log replaced the old one, but its indexes did not.
    TRY(write_indexes(base, segment_file_name(base, SegmentFile::log)));
    TRY(put_indexes(base));
  }
  std::set<Offset> unfinished = files.new_logs;
  unfinished.insert(files.new_indexes.begin(), files.new_indexes.end());
  for (const Offset base : unfinished) {
    if (base >= active) continue;
    for (const SegmentFile kind : segment_files) {
      TRY(remove_if_there(directory_, cleaned_name(base, kind)));
    }
  }
  return {};
}

Result<void> Maintenance::put_commit(Offset log_start) {
  const io::RangeLock append =
      TRY(io::RangeLock::acquire(*lock_, append_lock_byte, lock_timeout_ns_));
  TRY(check_in_place(directory_, *lock_, commit_));
  // Everything else stays as the last writer left it, so that a needed recovery still happens. The
  // slot is written in any case: if an earlier sync failed, a new sync alone would not write these
  // bytes again.
  CommitState state = TRY(read_commit(commit_));
  state.log_start_offset = std::max(state.log_start_offset, log_start);
  state.is_rolling |= state.is_twin_damaged;
  // Both slots are written. The slot of the next writer is not synced, and a power loss during its
  // write must not leave an older twin.
  TRY(write_commit(commit_, state));
  TRY(write_commit(commit_, state));
  return sync_commit(commit_, state);
}

Result<void> Maintenance::remove_oldest(std::span<const SegmentSummary> segments, Offset start) {
  if (segments.empty()) return {};
  // The slot comes first. Otherwise, after a power loss, the log could begin with a hole.
  TRY(put_commit(start));
  for (const SegmentSummary& segment : segments) TRY(remove_segment(segment.base));
  return directory_.sync();
}

Result<void> Maintenance::remove_segment(Offset base) {
  for (const SegmentFile kind : segment_files) {
    TRY(remove_if_there(directory_, segment_file_name(base, kind)));
  }
  return {};
}

std::string Maintenance::new_name(Offset base) { return cleaned_name(base, SegmentFile::log); }

Result<void> Maintenance::write_indexes(Offset base, const std::string& log_name) {
  const io::File log = TRY(directory_.open_file(log_name, io::OpenMode::read));
  const std::uint64_t size = TRY(log.size_bytes());
  IndexWriter indexes = TRY(IndexWriter::open(directory_, base, cleaned_suffix));
  TRY(indexes.rebuild(log, size));
  TRY(indexes.seal());
  return directory_.sync();
}

Result<void> Maintenance::put_indexes(Offset base) {
  for (const SegmentFile kind : index_files) {
    TRY(directory_.rename(cleaned_name(base, kind), segment_file_name(base, kind)));
  }
  return directory_.sync();
}

Result<void> Maintenance::replace(Offset base, std::span<const Offset> covered) {
  TRY(write_indexes(base, new_name(base)));
  TRY(directory_.rename(new_name(base), segment_file_name(base, SegmentFile::log)));
  // Nothing that it covers may go before its name is on the device.
  TRY(directory_.sync());
  TRY(put_indexes(base));
  for (const Offset other : covered) TRY(remove_segment(other));
  return directory_.sync();
}

}  // namespace estream::log
