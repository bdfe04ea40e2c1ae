#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/varint.h"
#include "window/row.h"

namespace estream::window {

// One function of `-a` with its argument: what it does with its state, which is state_bytes() of
// the block of an Aggregation, aligned to 8 bytes.
struct AggregateFunction {
  virtual ~AggregateFunction() = default;

  virtual std::size_t state_bytes() const = 0;
  virtual void begin(std::byte* state) const = 0;
  virtual void end(std::byte* state) const = 0;
  // Whether it took the event.
  virtual bool add(std::byte* state, const Row& row) const = 0;
  virtual bool is_reversible() const = 0;
  virtual void remove(std::byte* state, const Row& row) const = 0;
  virtual void merge(std::byte* state, const std::byte* other) const = 0;
  virtual bool is_estimate(const std::byte* state) const = 0;
  // Percentiles of one argument share a state; the others do not look at `per_mille`.
  virtual void append(std::string& out, const std::byte* state, unsigned per_mille) const = 0;
  virtual void save(std::string& out, const std::byte* state) const = 0;
  virtual bool load(std::byte* state, VarintCursor& in) const = 0;
};

// What a name of a function stands for.
struct FunctionName {
  enum class Form {
    maybe_argument,  // count, count(E)
    argument,        // sum(E)
    sized,           // top(N,E)
  };

  std::string_view name;  // "p" for all percentiles.
  Form form = Form::argument;
  bool wants_json = false;  // See ArgumentPlan.
  unsigned per_mille = 0;   // Of a percentile.
};

std::optional<FunctionName> find_function(std::string_view name);

// The function of that name for the argument with that number, or for no argument; `size` is N.
std::shared_ptr<const AggregateFunction> make_function(const FunctionName& name,
                                                       std::optional<std::size_t> argument,
                                                       unsigned size);

}  // namespace estream::window
