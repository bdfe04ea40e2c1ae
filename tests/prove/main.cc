// estream_prove SUITE [--seconds N] [--seed N] [--failures N] [--replay CASE] [--json]
//
// Runs one of the suites that prove that nothing is lost, prints what it did as `name: number`, or
// as one line of JSON, and each failure with the command that shows it again. Ends early after so
// many failures (10). Exit 1 if there is one.
#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "prove/suite.h"

using namespace estream::prove;

namespace {

constexpr std::pair<const char*, Suite> suites[] = {
    {"crash", crash_states}, {"faults", fault_loops}, {"schedules", schedules}};

int usage() {
  std::cerr << "usage: estream_prove crash|faults|schedules [--seconds N] [--seed N] "
               "[--failures N] [--replay CASE] [--json]\n";
  return 2;
}

void print(const char* suite, const Options& options, const Outcome& outcome, bool is_json) {
  for (const std::string& failure : outcome.failures) {
    std::cerr << fmt::format("{}: {}\n", suite, failure);
  }
  if (is_json) {
    nlohmann::ordered_json line = {{"suite", suite}, {"seed", options.seed}};
    for (const auto& [name, number] : outcome.figures) line["figures"][name] = number;
    line["failures"] = outcome.failures.size();
    std::cout << line.dump() << "\n";
    return;
  }
  for (const auto& [name, number] : outcome.figures) {
    std::cout << fmt::format("{}: {}\n", name, number);
  }
  std::cout << fmt::format("failures: {} (seed {})\n", outcome.failures.size(), options.seed);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return usage();
  Options options;
  bool is_json = false;
  for (int i = 2; i < argc; i++) {
    const std::string name = argv[i];
    if (name == "--json") {
      is_json = true;
    } else if (i + 1 == argc) {
      return usage();
    } else if (name == "--seconds") {
      options.budget = std::chrono::seconds(std::atoll(argv[++i]));
    } else if (name == "--seed") {
      options.seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (name == "--failures") {
      options.failures_max = std::strtoull(argv[++i], nullptr, 10);
    } else if (name == "--replay") {
      options.replay = argv[++i];
    } else {
      return usage();
    }
  }
  for (const auto& [name, suite] : suites) {
    if (std::strcmp(name, argv[1]) != 0) continue;
    const Outcome outcome = suite(options);
    print(name, options, outcome, is_json);
    return outcome.failures.empty() ? 0 : 1;
  }
  return usage();
}
