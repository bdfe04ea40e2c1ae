#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/result.h"
#include "io/system.h"
#include "tool/replay/spill_file.h"

namespace estream::tool {

// Sorts records of a fixed size in a bounded amount of memory: what does not fit goes to a
// temporary file in sorted runs, which are merged at the end. Nothing is written when all fits.
//
//   ExternalSort<Entry, ByKey> sort(system, options);
//   for (...) TRY(sort.add(entry));
//   TRY(sort.finish());
//   while (const Entry* entry = TRY(sort.next())) use(*entry);
//
// `Order` has less(a, b). If it also has combine(into, later), records of which neither is less
// than the other become one, in the order in which they were added; that is done as early as
// possible, so that few different keys need no disk however many records there are. Without it such
// records come out in any order.
template <class Record, class Order>
class ExternalSort {
  static_assert(std::is_trivially_copyable_v<Record>);
  static constexpr bool combines = requires(Record & into, const Record& later) {
    Order::combine(into, later);
  };

 public:
  ExternalSort(io::System& system, const SpillOptions& options)
      : options_(options), file_(system, options.directory) {
    // A stable sort needs half as much again.
    const std::size_t record_bytes = sizeof(Record) * (combines ? 3 : 2) / 2;
    records_max_ = std::max<std::size_t>(2, options.memory_bytes / record_bytes);
  }

  Result<void> add(const Record& record) {
    if (records_.size() == records_max_) TRY(make_room());
    // All at once: what is not used yet is not touched, and nothing is ever there twice.
    if (records_.capacity() == 0) records_.reserve(records_max_);
    records_.push_back(record);
    return {};
  }

  // Writes records to the disk at once, for a caller with its own memory for them. They are taken
  // after all that were added before, and must differ from each other. Sorts them where they are.
  Result<void> add_run(std::span<Record> records) {
    TRY(spill());
    std::sort(records.begin(), records.end(), Order::less);
    return write_run(records);
  }

  // No more is added; next() begins.
  Result<void> finish() {
    ASSERT(!is_finished_);
    is_finished_ = true;
    if (runs_.empty()) {
      sort_records();
      return {};
    }
    TRY(spill());
    std::vector<Record>().swap(records_);
    const std::size_t ahead = read_ahead_bytes(options_, runs_.size());
    for (Run& run : runs_) run.ahead_max = std::max<std::size_t>(1, ahead / sizeof(Record));
    for (std::size_t run = 0; run < runs_.size(); run++) {
      TRY(refill(runs_[run]));
      heap_.push_back(run);
    }
    std::make_heap(heap_.begin(), heap_.end(), after());
    return {};
  }

  // The next record, or null after the last one; valid until the next call.
  Result<const Record*> next() {
    ASSERT(is_finished_);
    const Record* const nothing = nullptr;
    if (runs_.empty()) return returned_ < records_.size() ? &records_[returned_++] : nothing;
    if (heap_.empty()) return nothing;
    current_ = TRY(take());
    if constexpr (combines) {
      while (!heap_.empty() && !Order::less(current_, runs_[heap_.front()].front())) {
        Order::combine(current_, TRY(take()));
      }
    }
    return &current_;
  }

  bool has_spilled() const { return !runs_.empty(); }

 private:
  // A sorted part of the file; what of it was read ahead lies in `records` from `at` on.
  struct Run {
    std::uint64_t position = 0;
    std::uint64_t left = 0;  // Records that are still to be read.
    std::size_t ahead_max = 0;
    std::vector<Record> records = {};
    std::size_t at = 0;

    const Record& front() const { return records[at]; }
  };

  // The order of the heap, in which the first run is the smallest; of equal ones the oldest.
  auto after() const {
    return [this](std::size_t a, std::size_t b) {
      const Record& first = runs_[a].front();
      const Record& second = runs_[b].front();
      if (Order::less(second, first)) return true;
      return !Order::less(first, second) && a > b;
    };
  }

  void sort_records() {
    if constexpr (combines) {
      std::stable_sort(records_.begin(), records_.end(), Order::less);
      combine_neighbours();
    } else {
      std::sort(records_.begin(), records_.end(), Order::less);
    }
  }

  void combine_neighbours() {
    std::size_t kept = 0;
    for (std::size_t i = 1; i < records_.size(); i++) {
      if (Order::less(records_[kept], records_[i])) {
        records_[++kept] = records_[i];
      } else {
        Order::combine(records_[kept], records_[i]);
      }
    }
    if (!records_.empty()) records_.resize(kept + 1);
  }

  Result<void> make_room() {
    if constexpr (combines) {
      sort_records();
      if (records_.size() <= records_max_ / 2) return {};
      TRY(write_run(records_));
      records_.clear();
      return {};
    }
    return spill();
  }

  Result<void> spill() {
    if (records_.empty()) return {};
    sort_records();
    TRY(write_run(records_));
    records_.clear();
    return {};
  }

  Result<void> write_run(std::span<const Record> records) {
    if (records.empty()) return {};
    const std::uint64_t position = TRY(file_.append(std::as_bytes(records)));
    runs_.push_back({.position = position, .left = records.size()});
    return {};
  }

  Result<void> refill(Run& run) {
    run.records.resize(std::min<std::uint64_t>(run.left, run.ahead_max));
    run.at = 0;
    const auto bytes = std::as_writable_bytes(std::span(run.records));
    TRY(file_.read(run.position, bytes));
    run.position += bytes.size();
    run.left -= run.records.size();
    return {};
  }

  // The smallest of all that are left.
  Result<Record> take() {
    std::pop_heap(heap_.begin(), heap_.end(), after());
    Run& run = runs_[heap_.back()];
    const Record record = run.front();
    run.at++;
    if (run.at == run.records.size() && run.left > 0) TRY(refill(run));
    if (run.at == run.records.size()) {
      heap_.pop_back();
    } else {
      std::push_heap(heap_.begin(), heap_.end(), after());
    }
    return record;
  }

  SpillOptions options_;
  std::size_t records_max_;
  std::vector<Record> records_;
  SpillFile file_;
  std::vector<Run> runs_;
  std::vector<std::size_t> heap_;  // Runs that are not used up.
  Record current_ = {};
  std::size_t returned_ = 0;
  bool is_finished_ = false;
};

}  // namespace estream::tool
