#include "prove/schedules_causality.h"

#include <algorithm>
#include <functional>

namespace estream::prove::interleave {

// The finalizer of splitmix64.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a + 0x9e3779b97f4a7c15 + (b ^ (b << 17)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

std::uint64_t mix(std::uint64_t a, std::string_view text) {
  return mix(a, std::hash<std::string_view>()(text));
}

bool Accesses::has_writes() const {
  return std::ranges::any_of(all(), [](const Access& access) { return access.is_write; });
}

void Conflicts::add(int process, const Accesses& accesses) {
  const unsigned bit = 1U << process;
  for (const Access& access : accesses.all()) {
    Users& users = users_[access.object];
    unsigned& mask = access.is_write ? users.writers : users.readers;
    if ((mask & bit) != 0) continue;
    mask |= bit;
    const unsigned all = users.readers | users.writers;
    if (users.writers != 0 && (all & (all - 1)) != 0) version_++;
  }
}

bool Conflicts::are_shared(int process, const Accesses& accesses) const {
  const unsigned others = ~(1U << process);
  return std::ranges::any_of(accesses.all(), [&](const Access& access) {
    const auto found = users_.find(access.object);
    if (found == users_.end()) return false;
    const Users& users = found->second;
    return ((access.is_write ? users.readers | users.writers : users.writers) & others) != 0;
  });
}

void Causality::add(int process, const Accesses& accesses) {
  if (accesses.all().empty()) return;
  std::uint64_t& last = last_.at(static_cast<std::size_t>(process));
  std::uint64_t event = mix(last, static_cast<std::uint64_t>(process));
  for (const Access& access : accesses.all()) {
    const History& history = objects_[access.object];
    event = mix(mix(event, access.object), history.last_write);
    if (access.is_write) event = mix(event, history.reads_since);
  }
  for (const Access& access : accesses.all()) {
    History& history = objects_[access.object];
    if (access.is_write) {
      history = {event, 0};
    } else {
      history.reads_since += event;
    }
  }
  last = event;
  state_ += event;
}

}  // namespace estream::prove::interleave
