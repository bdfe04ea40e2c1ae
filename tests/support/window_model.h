#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/window_task.h"

// Tumble, hop and session once more, as slow and simple as can be: after each step all windows are
// made again from all events that were accepted. For an emission at the close.

namespace estream::window {

class WindowModel {
 public:
  explicit WindowModel(const Settings& settings)
      : settings_(settings), clocks_(settings.sources, none), waiting_(settings.sources) {}

  void put(const TestEvent& event) {
    auto& waiting = waiting_[event.source];
    const std::int64_t clock = clocks_[event.source];
    const bool is_far =
        clock != none && settings_.max_future_ms && event.ms > clock + *settings_.max_future_ms;
    if (is_far && !waiting) {
      waiting = event;
      return;
    }
    if (waiting) {
      if (is_far) {
        accept(*waiting);
        emit(smallest());
      } else {
        lates.push_back(waiting->id());
      }
      waiting.reset();
    }
    accept(event);
    emit(smallest());
  }

  void mark(std::uint32_t source, std::int64_t, std::int64_t ms) {
    auto& waiting = waiting_[source];
    if (waiting && waiting->ms <= ms + *settings_.max_future_ms) {
      accept(*waiting);
      emit(smallest());
      waiting.reset();
    }
    clocks_[source] = std::max(clocks_[source], ms);
    emit(smallest());
  }

  void end() {
    for (auto& waiting : waiting_) {
      if (waiting) accept(*waiting);
      waiting.reset();
    }
    emit(never);
  }

  std::vector<std::string> lines;
  std::vector<std::string> lates;

 private:
  static constexpr std::int64_t none = -1;
  static constexpr std::int64_t never = 1'000'000'000;

  struct Accepted {
    TestEvent event;
    std::int64_t clock;
  };
  struct Window {
    std::int64_t to;
    std::int64_t from;
    std::string key;

    friend auto operator<=>(const Window&, const Window&) = default;
  };
  struct ModelSession {
    std::int64_t start;
    std::int64_t end;
    std::vector<TestEvent> events;
  };

  std::int64_t smallest() const { return *std::ranges::min_element(clocks_); }

  void accept(const TestEvent& event) {
    const std::int64_t clock = std::max(clocks_[event.source], event.ms);
    if (is_late(event, clock)) {
      lates.push_back(event.id());
      return;
    }
    clocks_[event.source] = clock;
    accepted_.push_back({event, clock});
    if (is_session() && !settings_.is_sorted) add_to(sessions_[event.key], event);
  }

  bool is_session() const { return settings_.op == Operator::session; }

  bool is_late(const TestEvent& event, std::int64_t clock) const {
    if (settings_.is_sorted) return event.ms < clock - settings_.grace_ms;
    if (is_session()) {
      const auto found = sessions_.find(event.key);
      auto sessions = found == sessions_.end() ? std::vector<ModelSession>() : found->second;
      const std::int64_t end = add_to(sessions, event);
      return end < clock - settings_.grace_ms - settings_.size_ms;
    }
    return bounds(event, clock).empty();
  }

  // Of the windows that the event is in.
  std::vector<std::pair<std::int64_t, std::int64_t>> bounds(const TestEvent& event,
                                                            std::int64_t clock) const {
    std::vector<std::pair<std::int64_t, std::int64_t>> found;
    const std::int64_t step =
        settings_.op == Operator::tumble ? settings_.size_ms : settings_.step_ms;
    for (std::int64_t from = -100 * step; from <= event.ms; from += step) {
      const std::int64_t to = from + settings_.size_ms;
      const bool is_over = !settings_.is_sorted && to <= clock - settings_.grace_ms;
      if (event.ms < to && !is_over) found.emplace_back(from, to);
    }
    return found;
  }

  // Returns the end of the session that the event is in then.
  std::int64_t add_to(std::vector<ModelSession>& sessions, const TestEvent& event) const {
    const auto is_short = [&](std::int64_t start, std::int64_t end) {
      return !settings_.max_ms || end - start <= *settings_.max_ms;
    };
    ModelSession* before = nullptr;
    ModelSession* after = nullptr;
    for (ModelSession& session : sessions) {
      if (session.start <= event.ms) {
        if (before == nullptr || before->start < session.start) before = &session;
      } else if (after == nullptr || after->start > session.start) {
        after = &session;
      }
    }
    if (before != nullptr && event.ms - before->end > settings_.size_ms) before = nullptr;
    if (after != nullptr && after->start - event.ms > settings_.size_ms) after = nullptr;
    if (before != nullptr && after != nullptr && is_short(before->start, after->end)) {
      before->end = after->end;
      for (const TestEvent& other : after->events) before->events.push_back(other);
      before->events.push_back(event);
      const std::int64_t end = before->end;
      sessions.erase(sessions.begin() + (after - sessions.data()));
      return end;
    }
    if (before != nullptr && is_short(before->start, event.ms)) {
      before->end = std::max(before->end, event.ms);
      before->events.push_back(event);
      return before->end;
    }
    if (after != nullptr && is_short(event.ms, after->end)) {
      after->start = event.ms;
      after->events.push_back(event);
      return after->end;
    }
    sessions.push_back({event.ms, event.ms, {event}});
    return event.ms;
  }

  void emit(std::int64_t clock) {
    std::map<Window, std::vector<TestEvent>> over;
    if (!is_session()) {
      over = fixed_windows(clock);
    } else if (settings_.is_sorted) {
      over = sorted_sessions(clock);
    } else {
      over = closed_sessions(clock);
    }
    for (auto& [window, events] : over) {
      if (!emitted_.insert(window).second) continue;
      std::ranges::sort(events, {}, &TestEvent::order);
      std::vector<std::string> ids;
      for (const TestEvent& event : events) {
        if (event.has_value) ids.push_back(event.id());
      }
      lines.push_back(line_of(window.key, window.from, window.to, ids, std::ssize(events)));
    }
  }

  std::map<Window, std::vector<TestEvent>> fixed_windows(std::int64_t clock) const {
    std::map<Window, std::vector<TestEvent>> windows;
    for (const Accepted& accepted : accepted_) {
      for (const auto& [from, to] : bounds(accepted.event, accepted.clock)) {
        if (clock >= to + settings_.grace_ms) {
          windows[{to, from, accepted.event.key}].push_back(accepted.event);
        }
      }
    }
    return windows;
  }

  bool is_over(const ModelSession& session, std::int64_t clock) const {
    return clock > session.end + settings_.size_ms + settings_.grace_ms;
  }

  std::map<Window, std::vector<TestEvent>> sorted_sessions(std::int64_t clock) const {
    std::vector<TestEvent> events;
    for (const Accepted& accepted : accepted_) {
      if (accepted.event.ms < clock - settings_.grace_ms) events.push_back(accepted.event);
    }
    std::ranges::sort(events, {}, &TestEvent::order);
    std::map<std::string, std::vector<ModelSession>> sessions;
    for (const TestEvent& event : events) {
      auto& list = sessions[event.key];
      const bool is_next = list.empty() || event.ms - list.back().end > settings_.size_ms ||
                           (settings_.max_ms && event.ms - list.back().start > *settings_.max_ms);
      if (is_next) list.push_back({event.ms, event.ms, {}});
      list.back().end = event.ms;
      list.back().events.push_back(event);
    }
    std::map<Window, std::vector<TestEvent>> over;
    for (const auto& [key, list] : sessions) {
      for (const ModelSession& session : list) {
        if (is_over(session, clock)) over[{session.end, session.start, key}] = session.events;
      }
    }
    return over;
  }

  std::map<Window, std::vector<TestEvent>> closed_sessions(std::int64_t clock) {
    std::map<Window, std::vector<TestEvent>> over;
    for (auto& [key, list] : sessions_) {
      for (const ModelSession& session : list) {
        if (is_over(session, clock)) over[{session.end, session.start, key}] = session.events;
      }
      std::erase_if(list, [&](const ModelSession& session) { return is_over(session, clock); });
    }
    return over;
  }

  Settings settings_;
  std::vector<std::int64_t> clocks_;
  std::vector<std::optional<TestEvent>> waiting_;
  std::vector<Accepted> accepted_;
  std::map<std::string, std::vector<ModelSession>> sessions_;  // Of a task that is not sorted.
  std::set<Window> emitted_;
};

}  // namespace estream::window
