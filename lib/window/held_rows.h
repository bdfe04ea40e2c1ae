#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/varint.h"
#include "window/row_copy.h"

namespace estream::window {

// Events that wait for their turn, the first by EventOrder in front.
class HeldRows {
 public:
  explicit HeldRows(RowCopy::Parts parts) : parts_(parts) {}

  bool is_empty() const { return heap_.empty(); }
  void add(const Row& row) { add(std::make_unique<RowCopy>(row, parts_)); }
  const Row& front() const { return heap_.front().row->row(); }
  void remove_front();

  // For checkpoints. `look` sees each row, and says whether it can be one.
  void save(std::string& out) const;
  template <class Look>
  bool load(VarintCursor& in, Look look);

 private:
  struct Entry {
    EventOrder order;
    std::unique_ptr<RowCopy> row;

    friend bool operator<(const Entry& a, const Entry& b) { return b.order < a.order; }
  };

  void add(std::unique_ptr<RowCopy> row);

  RowCopy::Parts parts_;
  std::vector<Entry> heap_;
};

template <class Look>
bool HeldRows::load(VarintCursor& in, Look look) {
  for (std::int64_t count = in.varlong(); count > 0; count--) {
    std::optional<RowCopy> row = RowCopy::load(in);
    if (!row || !look(row->row())) return false;
    add(std::make_unique<RowCopy>(*std::move(row)));
  }
  return in.ok();
}

}  // namespace estream::window
