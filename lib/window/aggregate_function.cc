#include "window/aggregate_function.h"

#include <algorithm>
#include <new>
#include <utility>

#include "base/assert.h"
#include "window/deviation.h"
#include "window/distinct_counter.h"
#include "window/number_states.h"
#include "window/outer_value.h"
#include "window/quantiles.h"
#include "window/ranked_values.h"
#include "window/state_bytes.h"

namespace estream::window {

namespace {

using Form = FunctionName::Form;

class EventCount {
 public:
  void add() { count_++; }
  void remove() { count_--; }
  void add_all(const EventCount& other) { count_ += other.count_; }
  void append(std::string& out) const { out.append(std::to_string(count_)); }
  void save(std::string& out) const { save_number(out, count_); }
  bool load(VarintCursor& in) {
    count_ = load_count(in);
    return in.ok();
  }

 private:
  std::int64_t count_ = 0;
};

struct LeastNumber : ExtremeNumber {
  LeastNumber() : ExtremeNumber(Which::least) {}
};
struct GreatestNumber : ExtremeNumber {
  GreatestNumber() : ExtremeNumber(Which::greatest) {}
};
struct FirstValue : OuterValue {
  FirstValue() : OuterValue(Which::first) {}
};
struct LastValue : OuterValue {
  LastValue() : OuterValue(Which::last) {}
};
struct TopValues : RankedValues {
  explicit TopValues(unsigned size) : RankedValues(By::number, size) {}
};
struct ListedValues : RankedValues {
  explicit ListedValues(unsigned size) : RankedValues(By::event, size) {}
};

// Which events a function counts.
enum class Takes { events, values, numbers };

// A function by its state. The calls go to the state itself, so that an event costs one virtual
// call for each function.
template <class State, Takes takes>
class FunctionOf final : public AggregateFunction {
 public:
  FunctionOf(std::size_t argument, unsigned size) : argument_(argument), size_(size) {}

  std::size_t state_bytes() const override { return (sizeof(State) + 7) / 8 * 8; }

  void begin(std::byte* state) const override {
    static_assert(alignof(State) <= 8);
    if constexpr (requires { State(1U); }) {
      new (state) State(size_);
    } else {
      new (state) State();
    }
  }
  void end(std::byte* state) const override { at(state).~State(); }

  bool add(std::byte* state, const Row& row) const override {
    if constexpr (takes == Takes::events) {
      at(state).add();
      return true;
    } else {
      const Argument& value = row.arguments[argument_];
      if (!is_taken(value)) return false;
      if constexpr (requires { at(state).add(); }) {
        at(state).add();
      } else if constexpr (requires { at(state).add(value.number); }) {
        at(state).add(value.number);
      } else if constexpr (requires { at(state).add(value); }) {
        at(state).add(value);
      } else {
        at(state).add(value, row.order());
      }
      return true;
    }
  }

  bool is_reversible() const override {
    return requires(State & state) { state.remove(); }
    || requires(State & state, const Quantity& number) { state.remove(number); };
  }
  void remove(std::byte* state, const Row& row) const override {
    if constexpr (takes == Takes::events) {
      at(state).remove();
    } else {
      const Argument& value = row.arguments[argument_];
      if (!is_taken(value)) return;
      if constexpr (requires { at(state).remove(); }) {
        at(state).remove();
      } else if constexpr (requires { at(state).remove(value.number); }) {
        at(state).remove(value.number);
      } else {
        ASSERT(is_reversible());
      }
    }
  }

  void merge(std::byte* state, const std::byte* other) const override {
    at(state).add_all(at(other));
  }
  bool is_estimate(const std::byte* state) const override {
    if constexpr (requires { at(state).is_estimate(); }) return at(state).is_estimate();
    return false;
  }
  void append(std::string& out, const std::byte* state, unsigned per_mille) const override {
    if constexpr (requires { at(state).append(out, per_mille); }) {
      at(state).append(out, per_mille);
    } else {
      at(state).append(out);
    }
  }
  void save(std::string& out, const std::byte* state) const override { at(state).save(out); }
  bool load(std::byte* state, VarintCursor& in) const override { return at(state).load(in); }

 private:
  static State& at(std::byte* state) { return *std::launder(reinterpret_cast<State*>(state)); }
  static const State& at(const std::byte* state) {
    return *std::launder(reinterpret_cast<const State*>(state));
  }
  static bool is_taken(const Argument& value) {
    return takes == Takes::numbers ? value.kind == Argument::Kind::number
                                   : value.kind != Argument::Kind::nothing;
  }

  std::size_t argument_;
  unsigned size_;
};

using Maker = std::shared_ptr<const AggregateFunction> (*)(std::size_t argument, unsigned size);

template <class State, Takes takes>
std::shared_ptr<const AggregateFunction> function_of(std::size_t argument, unsigned size) {
  return std::make_shared<FunctionOf<State, takes>>(argument, size);
}

struct KnownFunction {
  FunctionName name;
  Maker maker;
};

constexpr KnownFunction known_functions[] = {
    {{.name = "count", .form = Form::maybe_argument}, function_of<EventCount, Takes::values>},
    {{.name = "sum"}, function_of<SumOfNumbers, Takes::numbers>},
    {{.name = "mean"}, function_of<MeanOfNumbers, Takes::numbers>},
    {{.name = "min"}, function_of<LeastNumber, Takes::numbers>},
    {{.name = "max"}, function_of<GreatestNumber, Takes::numbers>},
    {{.name = "stddev"}, function_of<Deviation, Takes::numbers>},
    {{.name = "p"}, function_of<Quantiles, Takes::numbers>},
    {{.name = "first", .wants_json = true}, function_of<FirstValue, Takes::values>},
    {{.name = "last", .wants_json = true}, function_of<LastValue, Takes::values>},
    {{.name = "distinct"}, function_of<DistinctCounter, Takes::values>},
    {{.name = "top", .form = Form::sized, .wants_json = true},
     function_of<TopValues, Takes::numbers>},
    {{.name = "list", .form = Form::sized, .wants_json = true},
     function_of<ListedValues, Takes::values>},
};

// p1 to p99, and p999.
unsigned per_mille_of(std::string_view name) {
  if (name == "p999") return 999;
  const bool is_percentile = (name.size() == 2 || name.size() == 3) && name[0] == 'p' &&
                             name[1] >= '1' && name[1] <= '9' && name.back() >= '0' &&
                             name.back() <= '9';
  if (!is_percentile) return 0;
  const int tens = name.size() == 3 ? name[1] - '0' : 0;
  return static_cast<unsigned>(tens * 10 + (name.back() - '0')) * 10;
}

}  // namespace

std::optional<FunctionName> find_function(std::string_view name) {
  const unsigned per_mille = per_mille_of(name);
  if (name == "p") return {};
  for (const KnownFunction& known : known_functions) {
    if (known.name.name != (per_mille == 0 ? name : "p")) continue;
    FunctionName found = known.name;
    found.per_mille = per_mille;
    return found;
  }
  return {};
}

std::shared_ptr<const AggregateFunction> make_function(const FunctionName& name,
                                                       std::optional<std::size_t> argument,
                                                       unsigned size) {
  if (!argument) return function_of<EventCount, Takes::events>(0, size);
  const auto* const known = std::ranges::find(
      known_functions, name.name, [](const KnownFunction& function) { return function.name.name; });
  ASSERT(known != std::end(known_functions));
  return known->maker(*argument, size);
}

}  // namespace estream::window
