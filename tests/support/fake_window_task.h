#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "window/task.h"

namespace estream::window {

// A task whose clocks and restart points are set by hand.
class FakeTask : public Task {
 public:
  explicit FakeTask(std::size_t sources) : clocks(sources), points(sources) {}

  Result<void> put(const Row&) override { return {}; }
  Result<bool> advance(const IdleMark& mark) override {
    clocks[mark.source] = std::max(clocks[mark.source], mark.time);
    return false;
  }
  Result<void> end() override { return {}; }
  Timestamp clock(std::uint32_t source) const override { return clocks[source]; }
  RestartPoint restart_point(std::uint32_t source, Offset) const override { return points[source]; }
  void restart(std::uint32_t source, Timestamp clock) override { clocks[source] = clock; }
  bool needs_checkpoint() const override { return is_needing; }
  void save(std::string& out) const override { out += state; }
  bool load(std::string_view bytes) override {
    state = bytes;
    return state != "bad";
  }
  const TaskCounts& counts() const override { return counts_; }

  std::vector<Timestamp> clocks;
  std::vector<RestartPoint> points;
  bool is_needing = false;
  std::string state = "new";

 private:
  TaskCounts counts_;
};

}  // namespace estream::window
