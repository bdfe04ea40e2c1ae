#include "tool/window/result_order.h"

#include <algorithm>
#include <utility>

namespace estream::tool {

Result<void> ResultOrder::put(const window::WindowResult& result) {
  Held held;
  held.texts.reserve(result.key.text.size() + result.line.size());
  held.texts.append(result.key.text).append(result.line);
  held.from = result.from;
  held.to = result.to;
  held.timestamp = result.timestamp;
  held.key_bytes = static_cast<std::uint32_t>(result.key.text.size());
  held.key_kind = result.key.kind;
  held.kind = result.kind;
  std::deque<Held>& own = held_[task_];
  auto at = own.end();  // Nearly always its place.
  while (at != own.begin() && held.place() < std::prev(at)->place()) --at;
  own.insert(at, std::move(held));
  count_++;
  return {};
}

Result<void> ResultOrder::release(Timestamp before) {
  // The tasks that have results; the one with the first of all is the front of the heap.
  std::vector<std::size_t> tasks;
  for (std::size_t i = 0; i < held_.size(); i++) {
    if (!held_[i].empty()) tasks.push_back(i);
  }
  const auto is_behind = [this](std::size_t a, std::size_t b) {
    return std::pair(held_[a].front().place(), a) > std::pair(held_[b].front().place(), b);
  };
  std::ranges::make_heap(tasks, is_behind);
  while (!tasks.empty() && held_[tasks.front()].front().to < before) {
    std::ranges::pop_heap(tasks, is_behind);
    std::deque<Held>& own = held_[tasks.back()];
    TRY(give_on(own.front()));
    own.pop_front();
    count_--;
    if (own.empty()) {
      tasks.pop_back();
    } else {
      std::ranges::push_heap(tasks, is_behind);
    }
  }
  return {};
}

Result<void> ResultOrder::give_on(const Held& held) {
  return next_->put({.kind = held.kind,
                     .key = {held.key_kind, held.key()},
                     .from = held.from,
                     .to = held.to,
                     .timestamp = held.timestamp,
                     .line = held.line()});
}

}  // namespace estream::tool
