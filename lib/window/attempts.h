#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "window/fifo.h"
#include "window/owned_state.h"
#include "window/settings.h"

namespace estream::window {

// Which event can be the next one of a match that has so many.
class StepPlan {
 public:
  explicit StepPlan(const std::vector<Step>& steps);

  // Events of a whole match, and of its first step.
  std::int64_t length() const { return parts_.back().end; }
  std::int64_t first_length() const { return parts_.front().end; }
  // `taken` is less than length().
  bool can_be_next(std::int64_t taken, std::uint64_t conditions) const;

 private:
  struct Part {
    std::int64_t end;  // Events of this step and those before.
    std::uint64_t condition;
  };

  std::vector<Part> parts_;
};

// An event that is a part of an attempt.
struct SequenceEvent {
  Timestamp time;
  std::uint64_t conditions = 0;
  std::optional<std::string> value;
  OwnedState fields;
};

// What has begun for one key. There is an attempt for each event that can be the first of a match,
// and it takes each event that can be its next one. So there is a match if and only if an attempt
// comes to its end: to wait for a later event never helps, because only the first and the last one
// decide whether a match is short enough.
class Attempts {
 public:
  struct Attempt {
    std::uint64_t first;  // The number of its first event.
    std::int64_t taken;
    Timestamp from;  // The time of its first event.
    // Its first event is already in the first step of an attempt that was shown as unmatched.
    bool is_quiet = false;
  };

  bool empty() const { return attempts_.empty(); }
  // Those that began earlier have taken as much as the others, or more.
  const Fifo<Attempt>& all() const { return attempts_; }
  // Whether each began at the time of the one before it, or later.
  bool is_in_order() const { return is_in_order_; }
  Timestamp earliest() const;

  bool can_use(const StepPlan& plan, std::uint64_t conditions) const;
  // Only if it can be used.
  void add(const StepPlan& plan, SequenceEvent event);

  std::vector<const SequenceEvent*> events_of(const StepPlan& plan, const Attempt& attempt) const;
  // All that begin within the first step of this one, and the attempt itself.
  void silence(const StepPlan& plan, const Attempt& attempt);
  // Forgets the attempts that began before `time`, and what only they had taken. Returns whether
  // there were any.
  bool forget_before(Timestamp time);

  void save(std::string& out, const Aggregation& aggregation) const;
  // Into an empty one; false for damage.
  bool load(std::string_view& in, const StepPlan& plan, const Aggregation& aggregation);

 private:
  // The first place behind `i` where less is taken.
  std::size_t place_behind(std::size_t i) const;
  // visit(event, number) for each event of the attempt.
  template <class Visit>
  void walk(const StepPlan& plan, const Attempt& attempt, Visit visit) const;
  bool load_event(std::string_view& in, const Aggregation& aggregation);
  bool load_attempts(std::string_view& in, const StepPlan& plan);
  void begin(std::uint64_t first, std::int64_t taken);

  Fifo<SequenceEvent> events_;
  std::uint64_t first_event_ = 0;  // The number of the first one that is here.
  Fifo<Attempt> attempts_;
  bool is_in_order_ = true;
};

}  // namespace estream::window
