#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "prove/schedules_causality.h"
#include "prove/schedules_fibers.h"

namespace estream::prove::interleave {

// Who goes on, and whether it is killed at the call before which it stands.
struct Choice {
  int process = 0;
  bool is_kill = false;

  friend bool operator==(const Choice&, const Choice&) = default;
};

// A moment at which another process may be put in the place of the one that runs: before each of
// its calls, when it begins to sleep, when it waits for a lock, when it has ended.
struct Decision {
  std::int64_t step = 0;      // Counted from 0 in each run.
  int current = -1;           // Who ran last; -1 at the beginning.
  bool may_continue = false;  // `current` stands before a call and is able to go on.
  bool is_sleep = false;      // `current` begins to sleep.
  bool is_shared = false;     // The call is about something that another process touches, too.
  bool is_change = false;     // The call changes something that outlives the process.
  unsigned enabled = 0;       // Bits of those that can go on; `current` not if it begins to sleep
                              // and somebody else can.
  unsigned begun = 0;         // Bits of those that are within their work.
  std::uint64_t state = 0;    // Of the run; see Causality.

  bool can_go_on(int process) const { return (enabled >> process & 1U) != 0; }
  // Who goes on when nobody interferes: the one that runs, or else the next one in turn.
  Choice usual() const;
};

class Policy {
 public:
  virtual ~Policy() = default;
  // Nothing: the run is given up.
  virtual std::optional<Choice> choose(const Decision& decision) = 0;
};

// Runs logical processes, each on a stack of its own, of which one goes on at a time: who that is
// changes only where a policy says so, so that the same choices give the same run.
class Scheduler {
 public:
  Scheduler() : fibers_([this](int process) { work(process); }) {}

  enum class End {
    all_ended,
    given_up,  // By the policy.
    deadlock,  // Some wait for locks that none of those who can go on holds.
    too_long,  // More steps than any scenario needs.
  };

  struct Work {
    int processes = 0;
    std::function<void(int)> run;        // The work of one process; called on its stack.
    std::function<Accesses(int)> leave;  // A process is killed: its descriptors, its locks.
  };

  End run(const Work& work, Policy& policy, Conflicts& conflicts);

  // What follows is called by the process that runs.

  // Before a call. False: the process is dead, and the call answers -EIO and does nothing.
  bool begin_call(int process, const Accesses& accesses);
  // After it, with what it really touched.
  void end_call(int process, const Accesses& accesses);
  // Between the two halves of a call that others can see half done. `is_tearable`: a death may
  // come between them, too. False: dead.
  bool within_call(int process, const Accesses& accesses, bool is_tearable);
  void sleep(int process);
  // The process met a held lock: if it sleeps now, that lasts until a lock is released.
  void met_lock(int process) { at(process).is_at_lock = true; }
  void released_lock();
  bool is_dead(int process) const {
    return processes_.at(static_cast<std::size_t>(process)).is_dead;
  }
  std::int64_t steps() const { return step_; }

 private:
  struct Logical {
    bool has_begun = false;
    bool has_ended = false;
    bool is_dead = false;
    bool is_at_lock = false;  // It met a held lock.
    bool is_waiting = false;  // It sleeps until a lock is released.
    bool is_mid_call = false;
  };

  Logical& at(int process) { return processes_.at(static_cast<std::size_t>(process)); }
  void work(int process);
  unsigned enabled() const;
  bool pass_on(int process, Decision decision);
  int pick(Decision& decision);
  void give_up(End end);
  void kill(int process);
  void end(int process);

  std::array<Logical, processes_max> processes_;
  Fibers fibers_;

  const Work* work_ = nullptr;
  Policy* policy_ = nullptr;
  Conflicts* conflicts_ = nullptr;
  Causality causality_;
  std::int64_t step_ = 0;
  End end_ = End::all_ended;
};

}  // namespace estream::prove::interleave
