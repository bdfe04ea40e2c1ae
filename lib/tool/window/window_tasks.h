#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "read/batch_stage.h"
#include "read/batch_work.h"
#include "tool/window/idle_clocks.h"
#include "tool/window/result_filter.h"
#include "tool/window/result_order.h"
#include "tool/window/window_options.h"
#include "window/row_codec.h"
#include "window/task.h"

namespace estream::tool {

// What became of the events of a run. Those that were read are these together.
struct WindowCounts {
  std::int64_t accepted = 0;
  std::int64_t skipped = 0;
  std::int64_t late = 0;
  std::int64_t rejected = 0;  // Without a time.

  WindowCounts& operator+=(const window::TaskCounts& other) {
    accepted += other.accepted;
    skipped += other.skipped;
    late += other.late;
    return *this;
  }
  std::int64_t total() const { return accepted + skipped + late + rejected; }
};

// The tasks of a run that is not that of a group: one for all partitions, or one for each. It is a
// sink of RecordMerge whose pieces are rows.
class WindowTasks {
 public:
  // All must outlive this. The plan has all sources.
  WindowTasks(const WindowOptions& options, const read::StagePlan& plan, window::Results& results);
  WindowTasks(const WindowTasks&) = delete;  // Its parts point to each other.
  WindowTasks& operator=(const WindowTasks&) = delete;

  bool put(const read::BatchWork& work, const read::OutputPiece*& next,
           const read::OutputPiece* end);
  bool is_over() const { return failure_.has_value(); }
  // To be called after each drain: what was found out is with the results. Returns the error that
  // has ended the tasks.
  Result<void> flush();

  // Counts an event that could not be read, and says why: always for the first one.
  void reject(const std::string& place, std::string_view why);

  // Silence of all partitions begins, or that of those that had no event since the last call.
  void note_arrivals(std::int64_t now_ns);
  // The clocks of partitions that have been silent for longer than `idle_ns` go on.
  Result<void> advance_idle(std::int64_t now_ns, std::int64_t idle_ns);
  // When that may be of effect.
  std::optional<std::int64_t> idle_deadline_ns(std::int64_t now_ns, std::int64_t idle_ns) const;
  // There is no more input.
  Result<void> end();

  WindowCounts counts() const;
  std::int64_t results() const;
  // How many different keys the events had; only of a run that counts.
  std::int64_t keys() const { return static_cast<std::int64_t>(key_hashes_.size()); }

 private:
  std::size_t number_of_task(std::uint32_t source) const { return is_one_ ? 0 : source; }
  // Of the partition in its task.
  std::uint32_t number_in_task(std::uint32_t source) const { return is_one_ ? source : 0; }
  window::Task& task_of(std::uint32_t source) { return *tasks_[number_of_task(source)]; }
  Result<void> add(const read::BatchWork& work, const read::OutputPiece& piece);
  std::string place_of(const read::BatchWork& work, const read::OutputPiece& piece) const;
  Timestamp no_older_results() const;
  Result<void> release_order();

  const read::StagePlan* plan_;
  bool is_one_;
  window::Settings settings_;
  ResultFilter filter_;
  std::optional<ResultOrder> order_;
  std::size_t held_max_ = 0;  // When it is to be looked which held results can go.
  std::vector<std::unique_ptr<window::Task>> tasks_;
  window::RowDecoder decoder_;
  std::vector<IdleClocks> idle_;  // Of each task, since the first note_arrivals().
  std::vector<Offset> next_;      // Of each source,
  std::vector<Offset> noted_;     // and as it was then.
  std::int64_t rejected_ = 0;
  bool counts_keys_;
  std::unordered_set<std::uint64_t> key_hashes_;
  std::optional<Error> failure_;
};

}  // namespace estream::tool
