#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "window/held_rows.h"
#include "window/operator.h"
#include "window/retention.h"
#include "window/task.h"

namespace estream::window {

// Counts what it passes on.
class CountedResults : public Results {
 public:
  CountedResults(Results& results, TaskCounts& counts) : results_(results), counts_(counts) {}

  Result<void> put(const WindowResult& result) override;
  Result<void> pass(std::uint32_t source, const RecordView& record) override;
  Result<void> late(std::uint32_t source, const RecordView& record) override;

 private:
  Results& results_;
  TaskCounts& counts_;
};

// Clocks, lateness, and the order in which events are applied. The operator does the rest.
class EventTask : public Task {
 public:
  EventTask(const Settings& settings, const Aggregation& aggregation, Results& results,
            std::int64_t run_events = Retention::usual_run_events);

  Result<void> put(const Row& row) override;
  Result<bool> advance(const IdleMark& mark) override;
  Result<void> end() override;
  Timestamp clock(std::uint32_t source) const override { return clocks_[source]; }
  RestartPoint restart_point(std::uint32_t source, Offset next) const override;
  void restart(std::uint32_t source, Timestamp clock) override;
  bool needs_checkpoint() const override { return operator_->needs_checkpoint(); }
  void save(std::string& out) const override;
  bool load(std::string_view bytes) override;
  const TaskCounts& counts() const override { return counts_; }

 private:
  Timestamp smallest_clock() const;
  bool is_too_far(const Row& row) const;
  Result<void> put_any(const Row& row);
  Result<void> accept(const Row& row);
  Result<void> accept_waiting(std::uint32_t source);
  Result<void> apply(const Row& row, Timestamp clock);
  Result<bool> raise_clock(std::uint32_t source, Timestamp clock);
  Result<bool> apply_held(Timestamp last);
  bool load_state(std::string_view in);

  Settings settings_;
  TaskCounts counts_;
  CountedResults results_;
  Retention retention_;
  std::unique_ptr<WindowOperator> operator_;
  std::size_t argument_count_;  // Of the aggregation.
  std::vector<Timestamp> clocks_;
  Timestamp smallest_;
  HeldRows held_;  // Accepted, of a sorted task.
  // Too far in the future, until the next event of the partition.
  std::vector<std::optional<RowCopy>> waiting_;
};

}  // namespace estream::window
