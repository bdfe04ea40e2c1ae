#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>

namespace estream::prove::interleave {

inline constexpr int processes_max = 4;  // In a scenario.

std::uint64_t mix(std::uint64_t a, std::uint64_t b);
std::uint64_t mix(std::uint64_t a, std::string_view text);

// What one call touches of what processes share: a file's bytes, a name, a lock.
struct Access {
  std::uint64_t object = 0;
  bool is_write = false;
};

// The few accesses of one call.
class Accesses {
 public:
  void read(std::uint64_t object) { add({object, false}); }
  void write(std::uint64_t object) { add({object, true}); }

  std::span<const Access> all() const { return std::span(accesses_).first(count_); }
  bool has_writes() const;

 private:
  void add(Access access) { accesses_.at(count_++) = access; }

  std::array<Access, 8> accesses_ = {};
  std::size_t count_ = 0;
};

// Which processes have touched an object in any of a scenario's runs so far. A call on objects that
// no other process changes, and that it does not change for another, commutes with all that others
// do: to stop a process before it shows nothing that stopping it at its next call does not show.
class Conflicts {
 public:
  void add(int process, const Accesses& accesses);
  bool are_shared(int process, const Accesses& accesses) const;
  // Grows whenever an answer of are_shared() may have changed.
  std::int64_t version() const { return version_; }

 private:
  struct Users {
    unsigned readers = 0;
    unsigned writers = 0;
  };

  std::unordered_map<std::uint64_t, Users> users_;
  std::int64_t version_ = 0;
};

// What happened in a run up to now as a partial order: the calls of each process in their order,
// and calls on one object where one of them is a write. Two runs with the same order up to
// somewhere are in the same state there, so that what follows needs to be looked at once only.
class Causality {
 public:
  void add(int process, const Accesses& accesses);
  std::uint64_t state() const { return state_; }

 private:
  struct History {
    std::uint64_t last_write = 0;
    std::uint64_t reads_since = 0;
  };

  std::array<std::uint64_t, processes_max> last_ = {};
  std::unordered_map<std::uint64_t, History> objects_;
  std::uint64_t state_ = 0;
};

}  // namespace estream::prove::interleave
