#include "window/held_rows.h"

#include <algorithm>
#include <utility>

#include "window/state_bytes.h"

namespace estream::window {

void HeldRows::add(std::unique_ptr<RowCopy> row) {
  const EventOrder order = row->row().order();
  heap_.push_back({order, std::move(row)});
  std::ranges::push_heap(heap_, std::less());
}

void HeldRows::remove_front() {
  std::ranges::pop_heap(heap_, std::less());
  heap_.pop_back();
}

void HeldRows::save(std::string& out) const {
  save_number(out, static_cast<std::int64_t>(heap_.size()));
  for (const Entry& entry : heap_) entry.row->save(out);
}

}  // namespace estream::window
