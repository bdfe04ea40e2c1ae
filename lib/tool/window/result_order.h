#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/types.h"
#include "window/results.h"

namespace estream::tool {

// Puts the results of several tasks into one order, (to, from, key). Each task gives its own in
// that order already. For a report over what is there, and not for one that follows: a task whose
// clock stands still holds the others back.
class ResultOrder final : public window::Results {
 public:
  // `next` must outlive this.
  ResultOrder(std::size_t tasks, window::Results& next) : next_(&next), held_(tasks) {}

  // Which task the results are of that come now.
  void set_task(std::size_t task) { task_ = task; }

  Result<void> put(const window::WindowResult& result) override;
  Result<void> pass(std::uint32_t source, const RecordView& record) override {
    return next_->pass(source, record);
  }
  Result<void> late(std::uint32_t source, const RecordView& record) override {
    return next_->late(source, record);
  }

  // Gives on all results that end before that time: no task has an older one any more.
  Result<void> release(Timestamp before);
  std::size_t held() const { return count_; }

 private:
  // Without views, and with both texts in one piece of memory: there may be many.
  struct Held {
    std::string texts;  // The key, and the line.
    Timestamp from;
    Timestamp to;
    Timestamp timestamp;
    std::uint32_t key_bytes;
    window::GroupKey::Kind key_kind;
    window::WindowResult::Kind kind;

    std::string_view key() const { return std::string_view(texts).substr(0, key_bytes); }
    std::string_view line() const { return std::string_view(texts).substr(key_bytes); }
    auto place() const { return std::tuple(to, from, key(), key_kind); }
  };

  Result<void> give_on(const Held& held);

  window::Results* next_;
  std::size_t task_ = 0;
  std::vector<std::deque<Held>> held_;  // Of each task, in the order.
  std::size_t count_ = 0;
};

}  // namespace estream::tool
