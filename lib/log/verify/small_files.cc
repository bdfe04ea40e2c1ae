#include "log/verify/small_files.h"

#include <algorithm>
#include <string>

#include "log/names.h"

namespace estream::log {

namespace {

constexpr const char* made_again = "is missing; the next writer makes it again";

}  // namespace

std::optional<LeaderEpochs> prove_epochs(const io::Directory& directory, Layout layout,
                                         const PartitionNames& names, Findings& findings) {
  const std::string path = directory.path_of(epochs_file_name);
  if (!names.has_epochs) {
    if (layout == Layout::kafka) return std::nullopt;
    findings.fault(Remedy::restore_epochs, path, std::nullopt,
                   "is missing, so that no batch's epoch can be checked");
    return std::nullopt;
  }
  const auto text = directory.read_file(epochs_file_name, epochs_file_bytes_max);
  if (!text) {
    findings.add(Remedy::restore_epochs, path, text.error());
    return std::nullopt;
  }
  auto epochs = LeaderEpochs::parse(*text);
  if (!epochs) {
    findings.fault(Remedy::restore_epochs, path, std::nullopt, epochs.error().message);
    return std::nullopt;
  }
  const std::string canonical = epochs->to_text();
  if (*text != canonical && layout == Layout::estream) {
    const auto [found, wanted] = std::ranges::mismatch(*text, canonical);
    findings.fault(Remedy::restore_epochs, path, static_cast<std::uint64_t>(found - text->begin()),
                   "does not have the form that estream writes");
  }
  return *std::move(epochs);
}

void prove_lock(const io::Directory& directory, const PartitionNames& names,
                const CommitProof& commit, Findings& findings) {
  if (!commit.is_there && names.has_lock) {
    findings.fault(Remedy::none, directory.path_of(commit_file_name), std::nullopt,
                   "is missing, although writers were here: restore it from a copy, or the next "
                   "writer makes it again and takes the last whole batch for the end");
  } else if (!commit.is_there) {
    findings.note(directory.path_of(commit_file_name), std::nullopt, made_again);
  }
  const std::string lock = directory.path_of(lock_file_name);
  if (!names.has_lock) return findings.note(lock, std::nullopt, made_again);
  const auto status = directory.status(lock_file_name);
  if (!status) return findings.add(Remedy::none, lock, status.error());
  const bool is_plain = *status && (*status)->kind == io::FileStatus::Kind::regular;
  if (!is_plain) {
    return findings.fault(Remedy::none, lock, std::nullopt,
                          "is not a regular file: remove it, and the next writer makes it again");
  }
  if ((*status)->size_bytes > 0) {
    findings.fault(Remedy::empty_lock, lock, 0, "is not empty, and nothing writes it");
  }
}

}  // namespace estream::log
