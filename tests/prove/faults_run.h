#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "prove/faults.h"

namespace estream::prove::faults {

// A fault at its call: the n-th of its kind from the beginning of the work.
struct Planned {
  const Fault* fault = nullptr;
  std::int64_t nth = 1;
  bool lasts = false;  // That call, and all of its kind from then on.
};

// One run of an operation, and its name on the command line:
//
//   produce-batch,sync:EIO@3,lock:ENOLCK@7!,power
//
// The exclamation mark is for a fault that lasts; the end may have a seed behind a colon.
struct Case {
  const Operation* operation = nullptr;
  std::vector<Planned> faults;
  End end = End::kill;
  std::uint64_t seed = 0;

  std::string name() const;
};

struct Verdict {
  std::int64_t fired = 0;
  bool is_done = false;
  Complaints complaints;
};

Verdict run_case(const Case& one);

// Every operation with a name of its own.
std::vector<Operation> all_operations();
// Nothing when there is no such case. An operation that is made for it goes to `operations`.
std::optional<Case> parse_case(const std::string& name, std::vector<Operation>& operations);

}  // namespace estream::prove::faults
