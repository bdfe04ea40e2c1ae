#include "log/create.h"

#include "log/commit_slot.h"
#include "log/leader_epochs.h"
#include "log/names.h"

namespace estream::log {

Result<void> create_segment(const io::Directory& directory, Offset base) {
  for (const SegmentFile kind : {SegmentFile::index, SegmentFile::time_index, SegmentFile::log}) {
    const io::File file =
        TRY(directory.open_file(segment_file_name(base, kind), io::OpenMode::create_or_open));
    const std::uint64_t size = TRY(file.size_bytes());
    if (size == 0) continue;
    return Error{Error::Code::corrupt, file.name() +
                                           ": is not empty, but the log does not reach it; run "
                                           "estream-inspect verify, and move it aside"};
  }
  return directory.sync();
}

Result<void> create_partition(const io::Directory& directory) {
  TRY(directory.open_file(lock_file_name, io::OpenMode::create_exclusive));
  LeaderEpochs epochs;
  epochs.begin(0, Offset{0});
  TRY(directory.replace_file(epochs_file_name, epochs.to_text()));
  CommitState state;
  state.are_indexes_whole = state.are_times_exact = true;
  state.writer_pid = directory.system().process_id();
  state.boot_id = directory.system().boot_id().value_or(io::BootId{});
  TRY(create_commit(directory, state));
  return create_segment(directory, Offset{0});
}

Result<bool> is_untouched(const io::Directory& directory) {
  const auto commit = directory.open_file(commit_file_name, io::OpenMode::read);
  if (!commit && commit.error().code == Error::Code::not_found) return true;
  if (!commit) return commit.error();
  const CommitState state = TRY(read_commit(*commit));
  return state.sequence == created_commit_sequence;
}

}  // namespace estream::log
