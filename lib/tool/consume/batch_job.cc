#include "tool/consume/batch_job.h"

#include <utility>

#include "io/memory_file.h"

namespace estream::tool {

BatchJob::BatchJob(JobOptions options, int lock) : options_(std::move(options)), lock_(lock) {}

Result<void> BatchJob::start(JobBatch batch) {
  ASSERT(!is_running());
  // A file of its own for each attempt, because its position moves with what a command reads.
  const io::MemoryFile input = TRY(io::MemoryFile::make("estream-batch", batch.text));
  process_.emplace(
      TRY(JobProcess::start(options_, batch, input.fd(), options_.reads_output, lock_)));
  has_ended_ = false;
  output_.clear();
  return {};
}

int BatchJob::pid() const { return process_ ? process_->command().id() : -1; }

void BatchJob::add_poll_entries(std::vector<io::PollEntry>& entries) const {
  if (!process_) return;
  const io::Command& command = process_->command();
  if (!has_ended_) entries.push_back({.fd = command.process()});
  if (command.output() >= 0) entries.push_back({.fd = command.output()});
}

std::optional<std::int64_t> BatchJob::deadline_ns() const {
  return process_ ? process_->deadline_ns() : std::nullopt;
}

Result<std::optional<JobOutcome>> BatchJob::step(std::int64_t now_ns) {
  ASSERT(is_running());
  std::optional<JobOutcome> outcome;
  process_->look_at_clock(now_ns);
  TRY(read_output(now_ns));
  const auto end = TRY(process_->command().end());
  has_ended_ = end.has_value();
  if (!end) return outcome;
  // After SIGKILL, only a process outside of the group can still have the output open.
  if (process_->command().output() >= 0 && !process_->is_killed()) return outcome;
  outcome = process_->outcome_of(*end);
  if (outcome->kind == JobOutcome::Kind::done) outcome->output = std::move(output_);
  process_->kill_the_rest();
  process_.reset();
  return outcome;
}

Result<void> BatchJob::read_output(std::int64_t now_ns) {
  TRY(process_->command().read_some(output_, step_bytes));
  if (output_.size() > options_.output_bytes_max) {
    process_->stop(too_much_output(options_), now_ns);
  }
  // What it prints now is dropped, but read, so that it can end.
  if (process_->is_stopping()) output_.clear();
  return {};
}

Result<std::optional<std::string>> BatchJob::end() {
  if (process_) TRY(process_->end_by_force());
  process_.reset();
  return std::optional<std::string>();
}

}  // namespace estream::tool
