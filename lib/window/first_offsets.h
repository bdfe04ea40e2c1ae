#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/types.h"
#include "base/varint.h"
#include "window/retention.h"
#include "window/row.h"

namespace estream::window {

// The first offset of each partition among some events. They are held in the Retention until
// release().
class FirstOffsets {
 public:
  explicit FirstOffsets(std::size_t sources) : firsts_(sources, Offset{-1}) {}

  void add(const Row& row, Retention& retention) { add(row.source, row.offset, retention); }
  // Takes those of the other, which is empty then.
  void take(FirstOffsets& other, Retention& retention);
  void release(Retention& retention);

  // load() is for an empty one; see Task.
  void save(std::string& out) const;
  bool load(VarintCursor& in, Retention& retention);

 private:
  void add(std::uint32_t source, Offset offset, Retention& retention) {
    if (firsts_[source].value < 0 || offset < firsts_[source]) set(source, offset, retention);
  }
  void set(std::uint32_t source, Offset offset, Retention& retention);

  std::vector<Offset> firsts_;  // -1: none.
};

}  // namespace estream::window
