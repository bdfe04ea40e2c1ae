#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "codec/byte_buffer.h"
#include "io/system.h"
#include "tool/replay/spill_file.h"

namespace estream::tool {

// Puts bytes of any size in the order of the numbers that they are given, which must all differ,
// like ExternalSort in a bounded amount of memory: one blob that is larger than it is still there.
class BlobSort {
 public:
  BlobSort(io::System& system, const SpillOptions& options)
      : options_(options), file_(system, options.directory) {}

  // `blob` is copied.
  Result<void> add(std::int64_t number, std::string_view blob);
  // No more is added; next() begins.
  Result<void> finish();

  // The next blob, valid until the next call; nothing after the last one.
  Result<std::optional<std::string_view>> next();

  bool has_spilled() const { return !runs_.empty(); }

 private:
  struct Item {
    std::int64_t number = 0;
    std::uint64_t position = 0;  // In arena_.
    std::uint64_t size_bytes = 0;
  };

  // Before each blob in the file.
  struct Head {
    std::int64_t number = 0;
    std::uint64_t size_bytes = 0;
  };

  // A part of the file in the order of its numbers; `bytes` has what was read ahead.
  struct Run {
    std::uint64_t position = 0;  // In the file, of what was not read yet.
    std::uint64_t left_bytes = 0;
    std::vector<std::byte> bytes = {};
    std::size_t at = 0;
    std::size_t used = 0;
    Head head = {};  // Of the blob at `at`, which is there.
  };

  std::size_t kept_bytes() const { return used_ + items_.size() * sizeof(Item); }
  bool is_after(std::size_t a, std::size_t b) const {
    return runs_[a].head.number > runs_[b].head.number;
  }
  void keep(std::int64_t number, std::string_view blob);
  void sort_items();
  Result<void> spill();
  Result<void> write(Bytes bytes);
  Result<void> flush();
  Result<void> load(Run& run, std::size_t count) const;
  Result<bool> load_head(Run& run) const;
  Result<void> step();

  SpillOptions options_;
  SpillFile file_;
  ByteBuffer arena_;
  std::size_t used_ = 0;
  std::vector<Item> items_;
  std::size_t returned_ = 0;

  std::vector<std::byte> writing_;
  std::vector<Run> runs_;
  std::vector<std::size_t> heap_;   // Runs that are not used up, the one with the next blob first.
  bool is_first_returned_ = false;  // The blob of the first run is out.
};

}  // namespace estream::tool
