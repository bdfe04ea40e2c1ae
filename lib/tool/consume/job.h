#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "io/system.h"

namespace estream::tool {

// How a group runs the command of the user.
struct JobOptions {
  std::vector<std::string> command;  // The program and its arguments.
  bool is_kept = false;              // One process for many batches: KeptJob.
  bool reads_output = false;         // BatchJob only; KeptJob always does.
  std::string delimiter = "\n";      // Ends each event and, for KeptJob, each line of output.
  std::optional<std::int64_t> timeout_ns = {};  // For one batch.
  std::size_t output_bytes_max = 64 << 20;      // Of one batch.
  // How long a process has between SIGTERM and SIGKILL, or between the end of its input and
  // SIGTERM.
  std::int64_t grace_ns = 5'000'000'000;
};

// The events of one partition that the command gets together.
struct JobBatch {
  // All events, each ended by the delimiter. Must stay valid until the job is over.
  std::string_view text;
  // For the process that is started for this batch.
  std::vector<std::pair<std::string, std::string>> environment;
};

struct JobOutcome {
  enum class Kind {
    done,    // The command has processed the batch.
    later,   // It has ended with 75: the same batch may work later.
    failed,  // Anything else.
  };

  Kind kind = Kind::done;
  std::string reason;  // Why it is not done: "the command exited with 1", "the command took longer
                       // than 30s".
  std::string output;  // What the command printed, if it is done.
};

// The command of one partition. It works on one batch at a time:
//
//   TRY(job.start(batch));
//   do {
//     job.add_poll_entries(entries); poll, until job.deadline_ns() at the latest;
//     outcome = TRY(job.step(now_ns));
//   } while (!outcome);
//
// No call waits, except end() and the destructor. An error of start() is that the command cannot be
// started; any other error is one of the system. A job that is destroyed kills its process with its
// whole group.
//
// To be used in one thread that lives as long as the process; see io::Command. SIGPIPE must be
// ignored.
class Job {
 public:
  virtual ~Job() = default;

  // Only while no batch is in work.
  virtual Result<void> start(JobBatch batch) = 0;
  // A batch is in work: started, and its outcome not told yet.
  virtual bool is_running() const = 0;
  // The process, for a person; -1 when there is none. A KeptJob has one between two batches, too.
  virtual int pid() const = 0;

  // What step() waits for. Nothing when no batch is in work.
  virtual void add_poll_entries(std::vector<io::PollEntry>& entries) const = 0;
  // When step() is to be called though nothing is ready, in monotonic time. After start() it is 0,
  // which means at once: the time that the batch may take begins with the first step.
  virtual std::optional<std::int64_t> deadline_ns() const = 0;
  // Goes on as far as possible. An outcome ends the batch. May be called at any time while a batch
  // is in work.
  virtual Result<std::optional<JobOutcome>> step(std::int64_t now_ns) = 0;

  // Ends the process in order, and gives up the batch if one is in work. Waits: a KeptJob's process
  // gets the end of its input and `grace_ns`; then each process gets SIGTERM, `grace_ns`, and
  // SIGKILL. Returns what a person should know of this end: "the command exited with 1",
  // "the command printed something after its last batch".
  virtual Result<std::optional<std::string>> end() = 0;
};

}  // namespace estream::tool
