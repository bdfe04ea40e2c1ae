#pragma once

#include <cstdint>
#include <queue>
#include <string>
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
  explicit ResultOrder(window::Results& next) : next_(&next) {}

  // Which task the results are of that come now.
  void set_task(std::uint32_t task) { task_ = task; }

  Result<void> put(const window::WindowResult& result) override;
  Result<void> pass(std::uint32_t source, const RecordView& record) override {
    return next_->pass(source, record);
  }
  Result<void> late(std::uint32_t source, const RecordView& record) override {
    return next_->late(source, record);
  }

  // Gives on all results that end before that time: no task has an older one any more.
  Result<void> release(Timestamp before);

 private:
  struct Held {
    window::WindowResult result;
    std::uint32_t task;
    std::string key;
    std::string line;
    // Of one task, results with the same bounds and key stay in their order.
    std::uint64_t number;

    bool operator>(const Held& other) const;
  };

  window::Results* next_;
  std::uint32_t task_ = 0;
  std::uint64_t number_ = 0;
  std::priority_queue<Held, std::vector<Held>, std::greater<>> held_;
};

}  // namespace estream::tool
