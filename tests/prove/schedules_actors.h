#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/system.h"
#include "log/partition_reader.h"
#include "log/partition_writer.h"
#include "log/verify/proof.h"
#include "prove/schedules_history.h"
#include "prove/schedules_process.h"

// What a process does in a scenario, to the partition "p".

namespace estream::prove::interleave {

struct Actor {
  Process& process;
  History& history;

  std::string name() const { return "P" + std::to_string(process.number()); }
  // An error of one that is alive is one that nobody may have met.
  void complain(const std::string& what, const std::string& problem);
};

using Act = std::function<void(Actor&)>;

// Waits for a lock as long as others need: a clock goes on only while its process sleeps.
inline constexpr std::int64_t patient_timeout_ns = INT64_MAX / 4;

struct Production {
  // One letter each: (a)ppend two records, (s)ync, (r)oll by sealing the active segment,
  // append only if (n)obody else did meanwhile, (c)laim what others wrote, (f)inish.
  std::string steps;
  log::WriterOptions options = {};
  std::size_t padding_bytes = 0;
  std::int64_t timestamp_ms = 100'000;
};
Act produce(Production production);

struct Consumption {
  int rounds = 0;  // How many times it looks whether there is more after it came to the end.
  struct From {
    std::int64_t time_ms = 0;
    std::int64_t offset = 0;  // Of the first record with this time or a later one.
  };
  std::optional<From> from = {};  // Where it begins if not at the start.
};
Act consume(const Consumption& consumption);

// Key compaction of the sealed segments, merging up to `segment_bytes`.
Act compact(std::int64_t segment_bytes);
// Retention: the oldest `segments` sealed segments go.
Act retain(std::size_t segments);
Act verify();
// One process does all of these.
Act in_turn(std::vector<Act> acts);
// Into the directory "b", which is there and empty. An active segment longer than this is sealed.
Act branch(std::uint64_t copied_active_bytes_max);

// The parts that setting up and judging need, too.

// Two records with the keys "k0" to "k2" in turn.
std::vector<Event> make_events(const std::string& name, int number, std::size_t padding_bytes);
std::vector<std::byte> make_batch(const std::vector<Event>& events, std::int64_t timestamp_ms);
// All that `reader` has from where it is to its end; `take` gets each record and its offset.
Result<void> read_rest(log::PartitionReader& reader,
                       const std::function<void(std::int64_t, const Event&)>& take);
// The faults that verify finds, each on a line; empty if there are none.
std::string faults(const log::PartitionProof& proof);

}  // namespace estream::prove::interleave
