#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "log/verify/verify.h"
#include "support/mixed_partition.h"

using namespace estream;
using namespace estream::log;

namespace {

using Tree = std::map<std::string, std::string>;

// What becomes of files: another content, or nothing.
using Damage = std::map<std::string, std::optional<std::string>>;

PartitionProof prove(TestPartition& partition) {
  return verify_partition(partition.directory(), Layout::estream, std::nullopt, {});
}

// Damage of one kind to all files of a partition, and what verify says of each.
class Sweep {
 public:
  Sweep(TestPartition& partition, std::string name)
      : partition_(partition),
        name_(std::move(name)),
        tree_(files_of(partition)),
        original_(reading_of(partition.directory())) {}
  ~Sweep() {
    MESSAGE(name_ << ": " << count_ << " cases, found " << found_ << ", silent " << silent_);
    if (foreign_batches_ > 0) MESSAGE("  one batch read before the error: " << foreign_batches_);
    for (const auto& [reason, count] : harmless_) MESSAGE("  harmless " << count << ": " << reason);
    CHECK(silent_ == 0);
    CHECK(found_ > 0);
  }

  const Tree& tree() const { return tree_; }

  // `harmless` is why the damage may go without a fault, or null. Then it must really be so: all is
  // read, or less than all if `shorter`, and the next writer goes on from all of it.
  enum class Loss { none, shorter, one_batch };
  void check(const std::string& what, const char* harmless, const Damage& damage,
             Loss loss = Loss::none) {
    apply(damage);
    count_++;
    const bool is_found = prove(partition_).count(Finding::Kind::fault) > 0;
    const Reading now = reading_of(partition_.directory());
    const Verdict verdict = judge(original_, now);
    // The rest of a batch may come from the same place of another segment, and its checksum does
    // not cover the offset: a reader then shows one wrong batch before the next one stops it.
    const bool is_foreign_batch = now.has_error && loss == Loss::one_batch;
    CHECK_MESSAGE((verdict != Verdict::different || is_foreign_batch), what);
    if (verdict == Verdict::different) foreign_batches_++;
    found_ += is_found ? 1 : 0;
    if (!is_found) {
      const bool is_whole =
          verdict == Verdict::same || (loss == Loss::shorter && verdict == Verdict::shorter);
      const bool is_excused = harmless != nullptr && is_whole && goes_on();
      if (is_excused) harmless_[harmless]++;
      if (!is_excused) silent_++;
      CHECK_MESSAGE(is_excused, what);
    }
    restore();
  }

 private:
  void apply(const Damage& damage) {
    for (const auto& [path, content] : damage) {
      if (content) {
        partition_.system.set_content(path, *content);
      } else {
        partition_.system.remove(path);
      }
    }
  }

  // A writer appends, everything is read, and verify has no more to say.
  bool goes_on() {
    append_keyed(*partition_.writer({.sync_level = SyncLevel::batch}), {{"next", "1"}}, 1390);
    Reading now = reading_of(partition_.directory());
    if (now.has_error || now.records.empty()) return false;
    now.records.pop_back();
    return now.records == original_.records && prove(partition_).count(Finding::Kind::fault) == 0;
  }

  void restore() {
    for (const auto& [path, content] : files_of(partition_)) {
      const bool is_quarantined = path.starts_with("p/quarantine/");
      if (!tree_.contains(path) && !is_quarantined) partition_.system.remove(path);
    }
    for (const auto& [path, content] : tree_) partition_.system.set_content(path, content);
  }

  TestPartition& partition_;
  std::string name_;
  Tree tree_;
  Reading original_;
  int count_ = 0;
  int found_ = 0;
  int silent_ = 0;
  int foreign_batches_ = 0;
  std::map<std::string, int> harmless_;
};

std::string active_file(TestPartition& partition, SegmentFile kind) {
  return "p/" + segment_file_name(list_segments(partition.directory())->back(), kind);
}

constexpr const char* hint = "an index is a hint; a missing one is noted and made again";
constexpr const char* lock_is_made = "the lock file is empty, and noted and made again";
constexpr const char* not_yet = "an entry of the active time index that is made when it is needed";
constexpr const char* beyond = "bytes behind the written length, noted; nobody looks there";
constexpr const char* one_behind = "the slot is one append behind, noted, as kill -9 leaves it";

}  // namespace

TEST_CASE("a file that is cut at any byte is found") {
  TestPartition partition;
  fill_mixed(partition);
  const std::string time_index = active_file(partition, SegmentFile::time_index);
  Sweep sweep(partition, "cut");
  for (const auto& [path, content] : sweep.tree()) {
    for (std::size_t size = 0; size < content.size(); size++) {
      sweep.check(path + " cut at " + std::to_string(size), path == time_index ? not_yet : nullptr,
                  {{path, content.substr(0, size)}});
    }
  }
}

TEST_CASE("bytes behind the end of a file are found") {
  TestPartition partition;
  fill_mixed(partition);
  const std::string log = active_file(partition, SegmentFile::log);
  Sweep sweep(partition, "made longer");
  for (const auto& [path, content] : sweep.tree()) {
    for (const std::size_t size : {1U, 2U, 8U, 12U, 61U, 4096U, 4097U}) {
      for (const std::string& more :
           {std::string(size, '\0'), noise(size, 99), content.substr(0, size)}) {
        if (more.empty()) continue;
        sweep.check(path + " and " + std::to_string(size) + " bytes",
                    path == log ? beyond : nullptr, {{path, content + more}});
      }
    }
  }
}

TEST_CASE("files that are exchanged, doubled or missing are found") {
  TestPartition partition;
  fill_mixed(partition);
  Sweep sweep(partition, "exchanged, replaced, missing");
  for (const auto& [path, content] : sweep.tree()) {
    for (const auto& [other_path, other] : sweep.tree()) {
      if (content == other) continue;
      sweep.check(path + " replaced by " + other_path, nullptr, {{path, other}});
      if (path > other_path) continue;
      sweep.check(path + " exchanged with " + other_path, nullptr,
                  {{path, other}, {other_path, content}});
    }
    const bool is_index = path.ends_with("index");
    const char* harmless = is_index ? hint : path == "p/lock" ? lock_is_made : nullptr;
    sweep.check(path + " removed", harmless, {{path, std::nullopt}});
  }
}

TEST_CASE("whole segments that are exchanged or missing are found") {
  TestPartition partition;
  fill_mixed(partition);
  const auto bases = list_segments(partition.directory());
  Sweep sweep(partition, "segments exchanged, missing");
  constexpr SegmentFile kinds[] = {SegmentFile::log, SegmentFile::index, SegmentFile::time_index};
  const auto path = [](Offset base, SegmentFile kind) {
    return "p/" + segment_file_name(base, kind);
  };
  for (const Offset base : *bases) {
    Damage missing;
    for (const SegmentFile kind : kinds) missing[path(base, kind)] = std::nullopt;
    sweep.check("segment missing", nullptr, missing);
    for (const Offset other : *bases) {
      if (other <= base) continue;
      Damage exchange;
      for (const SegmentFile kind : kinds) {
        exchange[path(base, kind)] = sweep.tree().at(path(other, kind));
        exchange[path(other, kind)] = sweep.tree().at(path(base, kind));
      }
      sweep.check("segments exchanged", nullptr, exchange);
    }
  }
}

TEST_CASE("blocks of a disk that are lost or written elsewhere are found") {
  TestPartition partition;
  fill_mixed(partition);
  Sweep sweep(partition, "blocks of 512 bytes");
  constexpr std::size_t block = 512;
  for (const auto& [path, content] : sweep.tree()) {
    for (std::size_t at = 0; at < content.size(); at += block) {
      const std::size_t size = std::min(block, content.size() - at);
      std::vector<std::string> blocks = {std::string(size, '\0'), noise(size, 7)};
      for (const auto& [other_path, other] : sweep.tree()) {
        for (std::size_t from = 0; from + size <= other.size(); from += 8 * block) {
          blocks.push_back(other.substr(from, size));
        }
      }
      for (const std::string& bytes : blocks) {
        std::string damaged = content;
        damaged.replace(at, size, bytes);
        if (damaged == content) continue;
        sweep.check(path + " with another block at " + std::to_string(at), nullptr,
                    {{path, damaged}}, Sweep::Loss::one_batch);
      }
    }
  }
}

TEST_CASE("an older version of a file is found") {
  TestPartition partition;
  fill_mixed(partition);
  std::vector<Tree> versions = {files_of(partition)};
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    const auto then = [&](const std::string& key) {
      append_keyed(*writer, {{key, "1"}}, 1500);
      versions.push_back(files_of(partition));
    };
    then("x");
    then("y");
    REQUIRE(writer->seal_active());
    versions.push_back(files_of(partition));
    then("z");
    then("z");
  }
  const std::string time_index = active_file(partition, SegmentFile::time_index);
  Sweep sweep(partition, "older versions");
  for (std::size_t i = 0; i + 1 < versions.size(); i++) {
    const bool is_previous = i + 2 == versions.size();
    for (const auto& [path, content] : versions[i]) {
      if (content == sweep.tree().at(path)) continue;
      const bool is_slot = path == "p/commit" && is_previous;
      const char* harmless = is_slot ? one_behind : path == time_index ? not_yet : nullptr;
      sweep.check(path + " as of step " + std::to_string(i), harmless, {{path, content}},
                  Sweep::Loss::shorter);
    }
  }
}
