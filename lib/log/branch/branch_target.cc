#include "log/branch/branch_target.h"

#include <string>

#include "log/create.h"

namespace estream::log {

namespace {

constexpr SegmentFile segment_files[] = {SegmentFile::log, SegmentFile::index,
                                         SegmentFile::time_index};
constexpr SegmentFile index_files[] = {SegmentFile::index, SegmentFile::time_index};

}  // namespace

Result<void> BranchTarget::share(Offset base, SegmentFile kind) {
  const std::string name = segment_file_name(base, kind);
  const bool is_linked = TRY(source_.link(name, target_));
  if (!is_linked) return copy(base, kind, std::nullopt);
  const auto status = TRY(target_.status(name));
  BranchReport& report = segments_[base];
  report.shared_bytes += status->size_bytes;
  if (kind == SegmentFile::log) report.linked_segments++;
  return {};
}

Result<void> BranchTarget::copy_log(Offset base, std::uint64_t bytes) {
  return copy(base, SegmentFile::log, bytes);
}

// The first `bytes`, or all.
Result<void> BranchTarget::copy(Offset base, SegmentFile kind, std::optional<std::uint64_t> bytes) {
  const std::string name = segment_file_name(base, kind);
  const io::File from = TRY(source_.open_file(name, io::OpenMode::read));
  const std::uint64_t size = TRY(from.size_bytes());
  const std::uint64_t end = bytes.value_or(size);
  if (size < end) {
    return Error::in_file(
        Error::Code::corrupt, from.name(),
        "has " + std::to_string(size) + " bytes instead of " + std::to_string(end));
  }
  io::File to = TRY(target_.create_file(name, "."));
  const io::FileStatus model = TRY(from.status());
  TRY(to.take_access(model));
  const bool is_cloned = TRY(to.clone_from(from));
  if (is_cloned) {
    // The clone also has the bytes that were appended to the source behind `end`.
    TRY(to.truncate(end));
  } else {
    TRY(io::copy_range(from, 0, end, to, 0));
  }
  TRY(to.sync());
  TRY(to.close());
  BranchReport& report = segments_[base];
  (is_cloned ? report.shared_bytes : report.copied_bytes) += end;
  if (kind == SegmentFile::log) report.copied_segments++;
  return {};
}

Result<void> BranchTarget::create_empty(Offset base) { return create_segment(target_, base); }

Result<void> BranchTarget::index(Offset base) {
  const std::string name = segment_file_name(base, SegmentFile::log);
  const io::File log = TRY(target_.open_file(name, io::OpenMode::read));
  IndexWriter indexes = TRY(IndexWriter::open(target_, base));
  const std::uint64_t size = TRY(log.size_bytes());
  TRY(indexes.rebuild(log, size));
  return seal_index(base, indexes);
}

Result<void> BranchTarget::seal_index(Offset base, IndexWriter& indexes) {
  TRY(indexes.seal());
  for (const SegmentFile kind : index_files) {
    const auto status = TRY(target_.status(segment_file_name(base, kind)));
    if (status) segments_[base].copied_bytes += status->size_bytes;
  }
  return {};
}

Result<void> BranchTarget::remove(Offset base) {
  for (const SegmentFile kind : segment_files) {
    TRY(target_.remove_file(segment_file_name(base, kind)));
  }
  segments_.erase(base);
  return {};
}

Result<void> BranchTarget::clear() {
  for (const std::string& name : TRY(target_.list())) TRY(target_.remove_file(name));
  segments_.clear();
  return {};
}

Result<void> BranchTarget::finish(CommitState state, const LeaderEpochs& epochs) {
  ASSERT(epochs.last() >= 0);
  io::System& system = target_.system();
  TRY(open_lock(target_));
  TRY(target_.replace_file(epochs_file_name, epochs.to_text(),
                           segment_file_name(state.segment_base, SegmentFile::log)));
  state.epoch = epochs.last();
  state.writer_pid = system.process_id();
  state.boot_id = system.boot_id().value_or(io::BootId{});
  // This syncs the directory, and so the names of all files that were made before.
  return create_commit(target_, state);
}

BranchReport BranchTarget::report() const {
  BranchReport sum;
  for (const auto& [base, report] : segments_) sum += report;
  sum.partitions = 1;
  return sum;
}

Error BranchTarget::about_source(Error error) const {
  const std::string own = target_.name() + "/";
  if (error.code != Error::Code::corrupt || !error.file.starts_with(own)) return error;
  return Error::in_file(error.code, source_.name() + "/" + error.file.substr(own.size()),
                        error.what(), error.position);
}

}  // namespace estream::log
