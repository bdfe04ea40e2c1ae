#include "prove/schedules_scheduler.h"

#include <utility>

namespace estream::prove::interleave {

namespace {

constexpr std::int64_t steps_max = 50'000;

}  // namespace

Choice Decision::usual() const {
  if (may_continue) return {current, false};
  for (int i = 1; i <= processes_max; i++) {
    const int process = (current + i) % processes_max;
    if (can_go_on(process)) return {process, false};
  }
  return {current, false};
}

void Scheduler::work(int process) {
  at(process).has_begun = true;
  if (!at(process).is_dead) work_->run(process);
  end(process);
}

Scheduler::End Scheduler::run(const Work& work, Policy& policy, Conflicts& conflicts) {
  work_ = &work;
  policy_ = &policy;
  conflicts_ = &conflicts;
  causality_ = {};
  step_ = 0;
  end_ = End::all_ended;
  for (int i = 0; i < processes_max; i++) {
    Logical& process = at(i);
    process.has_ended = i >= work.processes;
    process.has_begun = process.is_dead = process.is_at_lock = process.is_waiting =
        process.is_mid_call = false;
  }
  Decision decision = {.current = -1};
  const int first = pick(decision);
  if (first >= 0) fibers_.go_on_with(first);
  return end_;
}

unsigned Scheduler::enabled() const {
  unsigned mask = 0;
  for (std::size_t i = 0; i < processes_.size(); i++) {
    if (!processes_[i].has_ended && !processes_[i].is_waiting) mask |= 1U << i;
  }
  return mask;
}

// All that are left are dead, and only have to come to their ends.
void Scheduler::give_up(End end) {
  end_ = end;
  for (Logical& process : processes_) {
    process.is_dead = true;
    process.is_waiting = process.is_mid_call = false;
  }
}

void Scheduler::kill(int process) {
  Logical& victim = at(process);
  victim.is_dead = true;
  victim.is_mid_call = false;
  causality_.add(process, work_->leave(process));
  released_lock();
}

// The process that is to go on now, or -1 when all have ended.
int Scheduler::pick(Decision& decision) {
  decision.step = step_++;
  decision.enabled = enabled();
  decision.state = causality_.state();
  const bool is_over = end_ != End::all_ended;
  const bool is_alone = decision.current >= 0 && decision.enabled == 1U << decision.current;
  if (decision.is_sleep && !is_alone) decision.enabled &= ~(1U << decision.current);
  if (decision.enabled == 0) {
    bool is_deadlock = false;
    for (const Logical& process : processes_) is_deadlock |= !process.has_ended;
    if (!is_deadlock) return -1;
    give_up(End::deadlock);
    decision.enabled = enabled();
  } else if (is_over) {
    return decision.usual().process;
  } else if (step_ > steps_max) {
    give_up(End::too_long);
  }
  if (end_ != End::all_ended) return decision.usual().process;
  // While somebody sleeps, a call that was begun ends.
  for (int i = 0; decision.is_sleep && i < processes_max; i++) {
    if (at(i).is_mid_call && decision.can_go_on(i)) return i;
  }
  for (int i = 0; i < processes_max; i++) decision.begun |= at(i).has_begun ? 1U << i : 0;
  const auto choice = policy_->choose(decision);
  if (!choice) {
    give_up(End::given_up);
    return decision.usual().process;
  }
  if (choice->is_kill) kill(choice->process);
  return choice->process;
}

// False: the process has died meanwhile.
bool Scheduler::pass_on(int process, Decision decision) {
  decision.current = process;
  const int next = pick(decision);
  if (next != process && next >= 0) fibers_.go_on_with(next);
  return !at(process).is_dead;
}

void Scheduler::end(int process) {
  at(process).has_ended = true;
  Decision decision = {.current = process};
  const int next = pick(decision);
  fibers_.go_on_with(next < 0 ? Fibers::main : next);
}

bool Scheduler::begin_call(int process, const Accesses& accesses) {
  if (is_dead(process)) return false;
  at(process).is_at_lock = false;
  return pass_on(process, {.may_continue = true,
                           .is_shared = conflicts_->are_shared(process, accesses),
                           .is_change = accesses.has_writes()});
}

void Scheduler::end_call(int process, const Accesses& accesses) {
  conflicts_->add(process, accesses);
  causality_.add(process, accesses);
}

bool Scheduler::within_call(int process, const Accesses& accesses, bool is_tearable) {
  end_call(process, accesses);
  at(process).is_mid_call = true;
  const bool is_alive = pass_on(process, {.may_continue = true,
                                          .is_shared = conflicts_->are_shared(process, accesses),
                                          .is_change = is_tearable});
  at(process).is_mid_call = false;
  return is_alive;
}

void Scheduler::sleep(int process) {
  if (is_dead(process)) return;
  const bool is_waiting = std::exchange(at(process).is_at_lock, false);
  at(process).is_waiting = is_waiting;
  pass_on(process, {.is_sleep = !is_waiting});
}

void Scheduler::released_lock() {
  for (Logical& process : processes_) process.is_waiting = process.is_at_lock = false;
}

}  // namespace estream::prove::interleave
