#include "tool/lookup/version_run.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace estream::tool {

namespace {

constexpr std::size_t versions_per_range = 8;
// In a file, so many are read at once.
constexpr std::size_t versions_per_read = 64;
constexpr std::size_t versions_per_write = 4096;

// The last one of sorted versions that is of the key and not after the time.
std::optional<Version> last_up_to(std::span<const Version> versions, const Hash128& key,
                                  std::int64_t time_ms) {
  const auto after = std::ranges::partition_point(
      versions, [&](const Version& version) { return is_up_to(version, key, time_ms); });
  if (after == versions.begin() || std::prev(after)->key != key) return std::nullopt;
  return *std::prev(after);
}

// The rest of a run, for a merge.
class RunRest {
 public:
  explicit RunRest(std::span<const Version> versions) : here_(versions) {}
  explicit RunRest(const FileRun& file) : file_(&file) {}

  Result<bool> load() {
    if (!here_.empty() || file_ == nullptr) return !here_.empty();
    buffer_.resize(std::min(versions_per_write, file_->size() - read_));
    TRY(file_->read(read_, buffer_));
    read_ += buffer_.size();
    here_ = buffer_;
    return !here_.empty();
  }
  const Version& front() const { return here_.front(); }
  void pop() { here_ = here_.subspan(1); }

 private:
  std::span<const Version> here_;
  const FileRun* file_ = nullptr;
  std::size_t read_ = 0;
  std::vector<Version> buffer_;
};

}  // namespace

MemoryRun::MemoryRun(std::vector<Version> versions)
    : versions_(std::move(versions)), index_(versions_.size(), versions_per_range) {
  std::ranges::sort(versions_, comes_before);
  make_index();
}

MemoryRun::MemoryRun(const MemoryRun& a, const MemoryRun& b)
    : index_(a.versions_.size() + b.versions_.size(), versions_per_range) {
  versions_.reserve(a.versions_.size() + b.versions_.size());
  std::ranges::merge(a.versions_, b.versions_, std::back_inserter(versions_), comes_before);
  make_index();
}

void MemoryRun::make_index() {
  for (const Version& version : versions_) index_.add(version.key);
  index_.end();
}

std::optional<Version> MemoryRun::find(const Hash128& key, std::int64_t time_ms) const {
  const auto [begin, end] = index_.find(key);
  return last_up_to(versions().subspan(begin, end - begin), key, time_ms);
}

FileRun::FileRun(io::System& system, const std::string& directory, std::size_t size)
    : file_(system, directory), size_(size), index_(size, versions_per_read / 2) {}

Result<FileRun> FileRun::merge(io::System& system, const std::string& directory,
                               std::span<const MemoryRun> memory, std::span<const FileRun> files) {
  std::size_t size = 0;
  std::vector<RunRest> rests;
  for (const MemoryRun& run : memory) {
    size += run.versions().size();
    rests.emplace_back(run.versions());
  }
  for (const FileRun& run : files) {
    size += run.size();
    rests.emplace_back(run);
  }
  FileRun merged(system, directory, size);
  std::vector<Version> writing;
  writing.reserve(versions_per_write);
  for (std::size_t i = 0; i < size; i++) {
    RunRest* first = nullptr;
    for (RunRest& rest : rests) {
      const bool has_more = TRY(rest.load());
      if (has_more && (first == nullptr || comes_before(rest.front(), first->front()))) {
        first = &rest;
      }
    }
    writing.push_back(first->front());
    merged.index_.add(first->front().key);
    first->pop();
    if (writing.size() < versions_per_write && i + 1 < size) continue;
    TRY(merged.file_.append(std::as_bytes(std::span(writing))));
    writing.clear();
  }
  merged.index_.end();
  return merged;
}

Result<void> FileRun::read(std::size_t first, std::span<Version> out) const {
  if (out.empty()) return {};
  return file_.read(first * sizeof(Version), std::as_writable_bytes(out));
}

Result<std::optional<Version>> FileRun::find(const Hash128& key, std::int64_t time_ms) const {
  auto [begin, end] = index_.find(key);
  std::array<Version, versions_per_read> here;
  // Of a key with very many versions, the half that has the last one up to the time.
  while (end - begin > here.size()) {
    const std::size_t middle = begin + (end - begin) / 2;
    TRY(read(middle, std::span(here).first(1)));
    if (is_up_to(here.front(), key, time_ms)) {
      begin = middle;
    } else {
      end = middle;
    }
  }
  const std::span<Version> found = std::span(here).first(end - begin);
  TRY(read(begin, found));
  return last_up_to(found, key, time_ms);
}

}  // namespace estream::tool
