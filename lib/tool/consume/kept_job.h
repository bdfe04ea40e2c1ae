#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tool/consume/job.h"
#include "tool/consume/job_process.h"

namespace estream::tool {

// One process for many batches, started with the first one, with the environment of that batch.
// Through its pipes go
//
//   to it    the events of a batch, and an empty record, which is only the delimiter
//   from it  its output for this batch, and an empty record: the acknowledgement
//
// The batch fails if the process ends before the acknowledgement, acknowledges before it has read
// all events, takes too long or prints too much. Then the process is ended, and the next start()
// begins a new one. Output behind the acknowledgement belongs to no batch; the next batch fails
// because of it. A process that ends between two batches is replaced.
//
// The end of its input without the empty record tells the command that the batch is not complete.
class KeptJob : public Job {
 public:
  // `lock` is a descriptor that the command inherits, or -1. The delimiter must not be empty.
  KeptJob(JobOptions options, int lock);
  // The process points to the options.
  KeptJob(const KeptJob&) = delete;
  KeptJob& operator=(const KeptJob&) = delete;

  Result<void> start(JobBatch batch) override;
  bool is_running() const override { return is_running_; }
  int pid() const override;
  void add_poll_entries(std::vector<io::PollEntry>& entries) const override;
  std::optional<std::int64_t> deadline_ns() const override;
  Result<std::optional<JobOutcome>> step(std::int64_t now_ns) override;
  Result<std::optional<std::string>> end() override;

 private:
  Result<void> start_process();
  Result<void> write_input();
  bool has_whole_batch() const {
    return written_ == batch_.text.size() + options_.delimiter.size();
  }
  Result<void> read_output();
  std::optional<std::size_t> find_acknowledgement();
  Result<std::optional<JobOutcome>> look_at_answer(std::int64_t now_ns);
  JobOutcome take_answer(std::size_t end_of_answer);
  Result<bool> replace_process();
  JobOutcome give_up(const io::ProcessEnd& end);

  JobOptions options_;
  int lock_;
  std::optional<JobProcess> process_;
  bool is_reused_ = false;  // The process had a batch before this one.
  bool is_running_ = false;
  JobBatch batch_;
  std::size_t written_ = 0;  // Of the text and the delimiter behind it.

  std::string output_;             // Since the last acknowledgement.
  bool has_stray_output_ = false;  // A part of it was there before the batch.
  std::size_t record_begin_ = 0;   // The first record that has no end yet.
  std::size_t searched_ = 0;       // No delimiter that ends this record begins before.
};

}  // namespace estream::tool
