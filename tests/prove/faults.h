#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "support/memory_system.h"

// Work on a machine in memory of which one call after the other fails, with each error that it can
// give, and what must hold afterwards.

namespace estream::prove::faults {

using io::MemorySystem;
using Call = MemorySystem::Call;
using FailedSync = MemorySystem::FailedSync;
using Share = MemorySystem::Share;

// One way in which a call fails.
struct Fault {
  const char* name;
  Call call;
  int error = 0;  // 0: it is cut short.
  Share share = Share::nothing;
  FailedSync failed_sync = FailedSync::keeps_pages;
  // Whether it may go on for ever: what says "try again" for ever is waited for until then.
  bool may_last = true;

  // A read of nothing in the middle of a file, and content that goes back to what it was, look like
  // damage, and may be called so while they last.
  bool looks_like_damage() const;
};
std::span<const Fault> all_faults();

// What comes when the work is over and the fault with it.
enum class End {
  kill,          // The processes are gone, the machine goes on.
  power,         // Nothing is left that was not synced.
  random_power,  // Some of it is.
};

struct Situation {
  bool is_done = false;      // The work was reported as done.
  bool is_refusing = false;  // Though calls were refused, from some moment on all of a kind.
  End end = End::kill;
  FailedSync failed_sync = FailedSync::keeps_pages;
  bool cuts_writes = false;  // Some write moved only a part of its bytes.
};

enum class Harm { silent, lost, corrupt, leak, hang, sync, service };
inline constexpr const char* harm_names[] = {
    "silent successes",    "lost acknowledged",  "false corruption", "descriptor leaks", "hangs",
    "fsync after failure", "service not resumed"};

struct Complaint {
  Harm harm;
  std::string text;
};
using Complaints = std::vector<Complaint>;

// A machine that is ready for some work.
class Trial {
 public:
  virtual ~Trial() = default;

  // The work, with the fault. Whatever it opens it closes.
  virtual Result<void> work() = 0;
  // Everything is in order again: what was promised must be there, and everything must work.
  virtual void judge(const Situation& situation, Complaints& complaints) = 0;

  MemorySystem system;
};

struct Operation {
  std::string name;
  std::function<std::unique_ptr<Trial>()> make;
};

// By subject; each in a file of its own.
std::vector<Operation> produce_operations();
std::vector<Operation> recovery_operations();
// A recovery of what some death or loss of power left.
Operation random_recovery(std::uint64_t seed);
std::vector<Operation> maintenance_operations();
std::vector<Operation> reading_operations();
std::vector<Operation> topic_operations();
std::vector<Operation> group_operations();

}  // namespace estream::prove::faults
