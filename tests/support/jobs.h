#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/deadline.h"
#include "io/posix_system.h"
#include "support/processes.h"
#include "tool/consume/batch_job.h"
#include "tool/consume/kept_job.h"

namespace estream {

using Kind = tool::JobOutcome::Kind;

inline constexpr std::int64_t second_ns = 1'000'000'000;

inline tool::JobOptions shell_job(const std::string& script) {
  return {.command = {"sh", "-c", script}, .reads_output = true};
}

// For a script that goes on whatever signal it catches; but not for ever, if a test fails.
inline const std::string stay = "i=0; while [ $((i += 1)) -lt 30000 ]; do sleep 0.01; done";

// Waits for the job as its caller does. Nothing when nothing happens in a minute.
inline std::optional<tool::JobOutcome> finish(tool::Job& job) {
  io::PosixSystem system;
  for (;;) {
    const std::int64_t now_ns = system.monotonic_ns();
    const auto deadline_ns = job.deadline_ns();
    std::vector<io::PollEntry> entries;
    job.add_poll_entries(entries);
    const int ready =
        system.poll(entries, deadline_ns ? io::poll_ms(*deadline_ns - now_ns) : 60'000);
    if (ready == 0 && !deadline_ns) return std::nullopt;
    auto outcome = job.step(system.monotonic_ns());
    REQUIRE(outcome);
    if (*outcome) return **outcome;
    REQUIRE(job.is_running());
  }
}

inline tool::JobOutcome run(tool::Job& job, std::string_view text) {
  REQUIRE(job.start({.text = text, .environment = {}}));
  CHECK(job.is_running());
  CHECK(job.pid() > 0);
  const auto outcome = finish(job);
  REQUIRE(outcome);
  CHECK(!job.is_running());
  CHECK(!job.deadline_ns());
  std::vector<io::PollEntry> entries;
  job.add_poll_entries(entries);
  CHECK(entries.empty());
  return *outcome;
}

inline tool::JobOutcome run_batch(const tool::JobOptions& options, std::string_view text) {
  tool::BatchJob job(options, -1);
  const tool::JobOutcome outcome = run(job, text);
  CHECK(job.pid() == -1);
  return outcome;
}

inline tool::JobOutcome run_kept(const tool::JobOptions& options, std::string_view text) {
  tool::KeptJob job(options, -1);
  return run(job, text);
}

inline void check(const tool::JobOutcome& outcome, Kind kind, const std::string& reason_or_output) {
  CHECK(outcome.kind == kind);
  CHECK((kind == Kind::done ? outcome.output : outcome.reason) == reason_or_output);
  CHECK((kind == Kind::done ? outcome.reason : outcome.output).empty());
}

inline std::string many_lines(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; i++) text += std::to_string(i) + "\n";
  return text;
}

// Steps, once or more often, at a time that the test chooses, until the file is there.
inline void step_until(tool::Job& job, std::int64_t now_ns, const std::string& path) {
  do {
    const auto outcome = job.step(now_ns);
    REQUIRE(outcome);
    REQUIRE(!*outcome);
    ::usleep(1000);
  } while (::access(path.c_str(), F_OK) != 0);
}

}  // namespace estream
