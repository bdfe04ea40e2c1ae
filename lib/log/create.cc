#include "log/create.h"

#include "log/commit_slot.h"
#include "log/leader_epochs.h"
#include "log/names.h"

namespace estream::log {

namespace {

constexpr std::size_t commit_copy_bytes_max = 1 << 20;

}  // namespace

Result<io::File> open_lock(const io::Directory& directory) {
  io::File lock = TRY(directory.open_or_create(lock_file_name, "."));
  const io::FileStatus status = TRY(lock.status());
  const io::FileStatus parent = TRY(directory.status());
  const bool is_shared = (parent.mode & 020U) != 0 && status.group == parent.group;
  const unsigned mode = status.mode & (is_shared ? 0660U : 0600U);
  // If this is not the owner, or the file system has no permissions, the mode stays as it is.
  if (mode != status.mode) (void)lock.system().change_mode(lock.fd(), mode);
  return lock;
}

Result<io::File> open_own_commit(const io::Directory& directory) {
  io::File commit = TRY(directory.open_file(commit_file_name, io::OpenMode::read_write));
  const io::FileStatus status = TRY(commit.status());
  if (status.link_count <= 1) return commit;
  const std::string content = TRY(directory.read_file(commit_file_name, commit_copy_bytes_max));
  TRY(directory.replace_file(commit_file_name, content));
  return directory.open_file(commit_file_name, io::OpenMode::read_write);
}

Result<void> create_segment(const io::Directory& directory, Offset base, const std::string& like) {
  for (const SegmentFile kind : {SegmentFile::index, SegmentFile::time_index, SegmentFile::log}) {
    const io::File file = TRY(directory.open_or_create(segment_file_name(base, kind), like));
    const std::uint64_t size = TRY(file.size_bytes());
    if (size == 0) continue;
    return Error{Error::Code::corrupt, file.name() +
                                           ": is not empty, but the log does not reach it; run "
                                           "estream-inspect verify, and move it aside"};
  }
  return directory.sync();
}

Result<void> create_partition(const io::Directory& directory) {
  TRY(open_lock(directory));
  LeaderEpochs epochs;
  epochs.begin(0, Offset{0});
  TRY(directory.replace_file(epochs_file_name, epochs.to_text(), "."));
  CommitState state;
  state.are_indexes_whole = state.are_batches_ours = true;
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
