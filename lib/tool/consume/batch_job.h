#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tool/consume/job.h"
#include "tool/consume/job_process.h"

namespace estream::tool {

// One process for each batch. Its standard input is a file in memory with the whole batch: so it
// never sees a part of it, also not if this process ends. The batch is over when the process has
// ended and the output has, too: a process that the command leaves behind and that still may print
// keeps the batch in work, until the timeout.
class BatchJob : public Job {
 public:
  // `lock` is a descriptor that the command inherits, or -1.
  BatchJob(JobOptions options, int lock);
  // The process points to the options.
  BatchJob(const BatchJob&) = delete;
  BatchJob& operator=(const BatchJob&) = delete;

  Result<void> start(JobBatch batch) override;
  bool is_running() const override { return process_.has_value(); }
  int pid() const override;
  void add_poll_entries(std::vector<io::PollEntry>& entries) const override;
  std::optional<std::int64_t> deadline_ns() const override;
  Result<std::optional<JobOutcome>> step(std::int64_t now_ns) override;
  Result<std::optional<std::string>> end() override;

 private:
  Result<void> read_output(std::int64_t now_ns);

  JobOptions options_;
  int lock_;
  std::optional<JobProcess> process_;
  bool has_ended_ = false;  // The process; its output may go on.
  std::string output_;
};

}  // namespace estream::tool
