#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "window/row.h"

namespace estream::window {

// The different expressions that aggregates need, in the order of Row::arguments.
struct ArgumentPlan {
  struct Entry {
    std::string expression;   // In the `-w` language.
    bool wants_json = false;  // Also of numbers.
  };

  std::vector<Entry> entries;

  // The number of the expression, which is added unless it is there.
  std::size_t add(std::string_view expression, bool wants_json);
};

struct AggregateFunction;

// What `-a` asks for: NAME=FUNCTION[(EXPRESSION)],...
//
//   count                          events
//   count(E)                       events for which E has a value
//   sum mean min max stddev        of numbers; stddev is that of a sample, null for one event
//   p50 ... p99 p999               the smallest number that so many percent (p999: 99.9) of all are
//                                  not above
//   first last                     by EventOrder
//   distinct                       the number of different values; 1 and 1.0 are the same
//   top(N,E)                       array of the N largest numbers, ties by EventOrder
//   list(N,E)                      array of the first N values by EventOrder
//
// An event for which E has no value, or no number where one is needed, is left out of that
// aggregate. Of no values, sum is 0, count and distinct are 0, top and list are [], and the others
// are null.
//
// Results depend on the set of events alone, never on the order in which they were added. Sums,
// means and deviations are exact before they are rounded for printing. Percentiles and distinct are
// exact up to 4096 values. Beyond them they are estimates (DDSketch with 1 %; HyperLogLog), and the
// line gets a member "~" with the names of those that are.
//
// The states of all aggregates of one group are one block of state_bytes(), aligned to 8 bytes,
// which the caller owns; some states own more memory on the heap. A block may be moved by memcpy.
class Aggregation {
 public:
  // Error::Code::usage, which names the part that is wrong. Adds to `arguments`.
  static Result<Aggregation> parse(std::string_view text, ArgumentPlan& arguments);

  // Two results of parse() together; a name that is there twice is Error::Code::usage.
  Result<void> append(Aggregation other);

  // How many arguments a row must have.
  std::size_t argument_count() const { return argument_count_; }

  std::size_t state_bytes() const { return state_bytes_; }
  void begin(std::byte* state) const;
  // Returns whether each aggregate took the event.
  bool add(std::byte* state, const Row& row) const;
  // Adds what the other has; that one stays as it is.
  void merge(std::byte* state, const std::byte* other) const;
  // Releases what the state owns.
  void end(std::byte* state) const;

  // Appends `,"NAME":VALUE` of each aggregate, and `,"~":[...]` if there are estimates.
  void append_fields(std::string& line, const std::byte* state) const;

  // For checkpoints: the state as bytes, and back. Nothing is trusted: load() is false for bytes
  // that save() has not written; then the state is as begun. `at` is moved behind what was read.
  void save(std::string& out, const std::byte* state) const;
  bool load(std::byte* state, std::string_view& in) const;

  const std::vector<std::string>& names() const { return names_; }
  // Whether sums of the parts are enough to take an event out again: count, sum, mean.
  bool is_reversible() const;
  // Takes an event out that is in it. Only if is_reversible().
  void remove(std::byte* state, const Row& row) const;

 private:
  // A state in the block, and what handles it.
  struct Part {
    std::shared_ptr<const AggregateFunction> function;
    std::string shared;  // Outputs with the same text here have one part; empty: its own.
    std::size_t place = 0;
  };
  struct Output {
    std::string name;
    unsigned per_mille = 0;  // Of a percentile.
    std::string prefix = {};
    std::size_t part = 0;
  };

  void add_output(Output output, Part part);

  std::vector<std::string> names_;
  std::vector<Output> outputs_;  // As they were named.
  std::vector<Part> parts_;
  std::size_t argument_count_ = 0;
  std::size_t state_bytes_ = 0;
};

}  // namespace estream::window
