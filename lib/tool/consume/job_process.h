#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "io/command.h"
#include "tool/consume/job.h"

namespace estream::tool {

// The process of a job, the time that it has for a batch, and its end by force: SIGTERM to the
// whole group, and SIGKILL after the grace.
class JobProcess {
 public:
  // `options` must outlive it. `input` and `lock` as in io::CommandOptions.
  static Result<JobProcess> start(const JobOptions& options, const JobBatch& batch, int input,
                                  bool has_output_pipe, int lock);

  io::Command& command() { return command_; }
  const io::Command& command() const { return command_; }

  // A batch begins; its time begins with the next look_at_clock().
  void begin_batch();
  // Stops the process when the time of the batch is over, and kills it when the grace is over.
  void look_at_clock(std::int64_t now_ns);
  std::optional<std::int64_t> deadline_ns() const;

  // Begins the end by force, unless it has begun already. The batch fails with `reason`.
  void stop(std::string reason, std::int64_t now_ns);
  // The process seems to be ending, or is of no use any more: stops it if it has not ended by
  // itself after the grace. Only the first call counts.
  void expect_end(std::string reason, std::int64_t now_ns);
  bool is_stopping() const { return kill_at_ns_.has_value(); }
  bool is_killed() const { return is_killed_; }

  // What the end of the process means for the batch.
  JobOutcome outcome_of(const io::ProcessEnd& end) const;
  // Kills what is left of the group of a process that was stopped: it must not work on while the
  // same batch is tried again.
  void kill_the_rest();

  // Waits for an end by force: SIGTERM, the grace, SIGKILL. A process that has ended gets nothing.
  Result<void> end_by_force();

 private:
  JobProcess(const JobOptions& options, io::Command command)
      : options_(&options), command_(std::move(command)) {}

  std::int64_t end_of_time_ns() const;

  const JobOptions* options_;
  io::Command command_;
  std::optional<std::int64_t> started_ns_;
  std::optional<std::int64_t> stop_at_ns_;  // If it has not ended by itself, with this reason.
  std::string reason_to_stop_;
  std::optional<std::int64_t> kill_at_ns_;
  bool is_killed_ = false;
  std::string reason_;  // Why it was stopped.
};

// What is read in one step, so that other partitions get their turn.
inline constexpr std::size_t step_bytes = 1 << 20;

// "the command exited with 1", "the command was killed by signal 9 (KILL)".
std::string describe(const io::ProcessEnd& end);
// "the command printed more than 64MiB (--max-output)".
std::string too_much_output(const JobOptions& options);

}  // namespace estream::tool
