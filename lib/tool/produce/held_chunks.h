#pragma once

#include <cstddef>
#include <deque>

#include "tool/produce/acknowledger.h"

namespace estream::tool {

// Chunks that wait, in the order of the input. Little ones are joined, so that how much can wait
// does not depend on the pieces in which the input came.
class HeldChunks {
 public:
  // `pool` gets the chunks that are joined to others, and must outlive this. Chunks are joined as
  // long as they have no more text than this together.
  explicit HeldChunks(ChunkPool& pool, std::size_t joined_bytes_max = 4 << 20)
      : pool_(pool), joined_bytes_max_(joined_bytes_max) {}

  void add(SettledChunk incoming);
  SettledChunk take_first();

  bool is_empty() const { return chunks_.empty(); }
  // Any two that stand next to each other have too much text to be joined, or are of two inputs.
  std::size_t count() const { return chunks_.size(); }
  bool has_event_without_offset() const;

 private:
  struct Held {
    SettledChunk settled;
    std::size_t text_bytes = 0;
  };

  ChunkPool& pool_;
  std::size_t joined_bytes_max_;
  std::deque<Held> chunks_;
};

}  // namespace estream::tool
