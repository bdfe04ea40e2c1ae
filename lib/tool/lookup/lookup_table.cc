#include "tool/lookup/lookup_table.h"

#include <algorithm>
#include <utility>

namespace estream::tool {

namespace {

// Less would make a file of nearly every version.
constexpr std::size_t memory_bytes_min = 1 << 20;

void keep_later(std::optional<Version>& best, const std::optional<Version>& other) {
  if (other && (!best || rank_of(*best) < rank_of(*other))) best = other;
}

}  // namespace

LookupTable::LookupTable(io::System& system, const SpillOptions& options)
    : system_(&system),
      options_(options),
      secret_{system.random(), system.random()},
      values_(system, options.directory) {
  options_.memory_bytes = std::max(options_.memory_bytes, memory_bytes_min);
}

std::size_t LookupTable::kept_bytes() const {
  std::size_t bytes = values_.kept_bytes() + added_.capacity() * sizeof(Version);
  for (const MemoryRun& run : runs_) bytes += run.size_bytes();
  return bytes;
}

Result<void> LookupTable::add(std::string_view key, Timestamp time, std::int32_t partition,
                              std::string_view value) {
  // While the list grows, it is there twice more.
  const bool grows = added_.size() == added_.capacity();
  const std::size_t growth = grows ? 2 * added_.capacity() * sizeof(Version) : 0;
  if (kept_bytes() + growth + value.size() > options_.memory_bytes) TRY(spill());
  added_.push_back({.key = sip_hash(key, secret_),
                    .time_ms = time.ms,
                    .place = values_.add(value),
                    .size_bytes = static_cast<std::uint32_t>(value.size()),
                    .partition = static_cast<std::uint32_t>(partition)});
  return {};
}

void LookupTable::settle() {
  if (added_.empty()) return;
  runs_.emplace_back(std::exchange(added_, {}));
  while (runs_.size() > 1) {
    const MemoryRun& before = runs_[runs_.size() - 2];
    if (before.versions().size() > 2 * runs_.back().versions().size()) return;
    MemoryRun both(before, runs_.back());
    runs_.pop_back();
    runs_.back() = std::move(both);
  }
}

Result<void> LookupTable::spill() {
  settle();
  if (runs_.empty()) return {};
  TRY(values_.spill());
  FileRun run = TRY(FileRun::merge(*system_, options_.directory, runs_, {}));
  runs_.clear();
  files_.push_back(std::move(run));
  while (files_.size() > 1 && files_[files_.size() - 2].size() <= 2 * files_.back().size()) {
    const auto last_two = std::span(files_).last(2);
    FileRun both = TRY(FileRun::merge(*system_, options_.directory, {}, last_two));
    files_.pop_back();
    files_.back() = std::move(both);
  }
  return {};
}

Result<bool> LookupTable::find(std::string_view key, Timestamp time, std::string& out) const {
  const Hash128 hash = sip_hash(key, secret_);
  std::optional<Version> best;
  for (const MemoryRun& run : runs_) keep_later(best, run.find(hash, time.ms));
  for (const FileRun& run : files_) {
    const auto found = TRY(run.find(hash, time.ms));
    keep_later(best, found);
  }
  if (!best) return false;
  TRY(values_.read(best->place, best->size_bytes, out));
  return true;
}

}  // namespace estream::tool
