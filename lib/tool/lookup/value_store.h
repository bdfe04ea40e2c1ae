#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/system.h"
#include "tool/replay/spill_file.h"

namespace estream::tool {

// Texts that are kept for ever, in memory or, after spill(), in a temporary file. The place of a
// text never changes, and grows from one to the next.
class ValueStore {
 public:
  // `directory` is where the file is made if it is needed.
  ValueStore(io::System& system, std::string directory) : file_(system, std::move(directory)) {}

  // `text` must not be empty.
  std::uint64_t add(std::string_view text);
  // Appends the text to `out`. Several threads may call this at once.
  Result<void> read(std::uint64_t place, std::size_t size_bytes, std::string& out) const;

  // Moves everything to the file.
  Result<void> spill();
  std::size_t kept_bytes() const { return blocks_.size() * block_bytes; }

 private:
  static constexpr std::size_t block_bytes = 256 << 10;

  SpillFile file_;  // It has the texts before the first block, at their places.
  std::vector<std::unique_ptr<char[]>> memory_;
  std::vector<char*> blocks_;  // A text that is longer than a block has several, one after another.
  std::uint64_t end_ = 0;      // The place after the last text.
};

}  // namespace estream::tool
