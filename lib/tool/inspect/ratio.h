#pragma once

#include <cstddef>
#include <cstdint>

#include "base/types.h"
#include "record/batch_header.h"
#include "tool/report/cell.h"

namespace estream::tool {

// How many of a batch's bytes behind its header Ratio::add() wants to see, at most.
inline constexpr std::size_t ratio_bytes_wanted = 18;

// Unpacked to stored size of batches, their headers included, as far as it can be told without
// unpacking them: a batch that is not compressed, or a zstd frame that carries the size of its
// content, as ours do.
class Ratio {
 public:
  // `stored` begins with the batch's first byte behind the header.
  void add(const BatchHeader& header, Bytes stored);
  // Of this batch nothing can be said, and so nothing of all of them.
  void add_unknown() { is_known_ = false; }

  // Nothing when it is not known, or no batch was added.
  Cell cell() const;

 private:
  std::int64_t stored_ = 0;
  std::int64_t plain_ = 0;
  bool is_known_ = true;
};

}  // namespace estream::tool
