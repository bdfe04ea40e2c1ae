#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace estream::prove {

// How much of a suite is to be run, and which part of it.
struct Options {
  std::uint64_t seed = 1;
  // A suite does its fixed part whatever it takes, and then random work until this is over.
  std::chrono::seconds budget = std::chrono::seconds(5);
  // A suite ends early when it has this many failures.
  std::size_t failures_max = 10;
  // Only the case that a failure named, to look at it again.
  std::string replay = {};
};

// What a suite did and found, in the order in which it is printed. A failure is a line for people
// that says what went wrong where.
struct Outcome {
  std::vector<std::pair<std::string, std::int64_t>> figures;
  std::vector<std::string> failures;

  void count(const std::string& what, std::int64_t n) { figures.emplace_back(what, n); }
};

using Suite = Outcome (*)(const Options&);

// The suites, one in each file.
Outcome crash_states(const Options& options);
Outcome fault_loops(const Options& options);
Outcome schedules(const Options& options);

}  // namespace estream::prove
