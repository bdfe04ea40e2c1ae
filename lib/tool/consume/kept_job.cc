#include "tool/consume/kept_job.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "text/duration.h"

namespace estream::tool {

KeptJob::KeptJob(JobOptions options, int lock) : options_(std::move(options)), lock_(lock) {
  ASSERT(!options_.delimiter.empty());
}

Result<void> KeptJob::start(JobBatch batch) {
  ASSERT(!is_running_);
  batch_ = std::move(batch);
  written_ = record_begin_ = searched_ = 0;
  is_reused_ = process_.has_value();
  if (is_reused_) {
    TRY(process_->command().read_some(output_, 1));
    process_->begin_batch();
  } else {
    TRY(start_process());
  }
  has_stray_output_ = !output_.empty();
  is_running_ = true;
  return {};
}

Result<void> KeptJob::start_process() {
  output_.clear();
  process_.emplace(TRY(JobProcess::start(options_, batch_, -1, true, lock_)));
  return {};
}

int KeptJob::pid() const { return process_ ? process_->command().id() : -1; }

void KeptJob::add_poll_entries(std::vector<io::PollEntry>& entries) const {
  if (!is_running_ || !process_) return;
  const io::Command& command = process_->command();
  entries.push_back({.fd = command.process()});
  if (command.output() >= 0) entries.push_back({.fd = command.output()});
  const bool has_input = command.input() >= 0 && !has_whole_batch() && !process_->is_stopping();
  if (has_input) entries.push_back({.fd = command.input(), .for_output = true});
}

std::optional<std::int64_t> KeptJob::deadline_ns() const {
  return is_running_ && process_ ? process_->deadline_ns() : std::nullopt;
}

Result<std::optional<JobOutcome>> KeptJob::step(std::int64_t now_ns) {
  ASSERT(is_running_ && process_);
  std::optional<JobOutcome> outcome;
  process_->look_at_clock(now_ns);
  if (has_stray_output_)
    process_->stop("the command printed something between two batches", now_ns);
  // Asked before the output is read: all that the process has printed is then in the pipe, which
  // holds no more than is read in one step.
  const auto end = TRY(process_->command().end());
  TRY(write_input());
  TRY(read_output());
  outcome = TRY(look_at_answer(now_ns));
  if (outcome || !end) return outcome;
  const bool is_replaced = TRY(replace_process());
  if (!is_replaced) outcome = give_up(*end);
  return outcome;
}

Result<void> KeptJob::write_input() {
  if (process_->is_stopping()) return {};
  while (!has_whole_batch()) {
    const std::size_t text_bytes = batch_.text.size();
    const std::string_view rest =
        written_ < text_bytes ? batch_.text.substr(written_)
                              : std::string_view(options_.delimiter).substr(written_ - text_bytes);
    const std::size_t count = TRY(process_->command().write_some(rest));
    written_ += count;
    if (count < rest.size()) break;
  }
  return {};
}

Result<void> KeptJob::read_output() {
  TRY(process_->command().read_some(output_, step_bytes));
  // What it prints now is dropped, but read, so that it can end.
  if (process_->is_stopping()) output_.clear();
  return {};
}

// The place of the first record that is empty.
std::optional<std::size_t> KeptJob::find_acknowledgement() {
  const std::size_t delimiter_bytes = options_.delimiter.size();
  for (;;) {
    const std::size_t at = output_.find(options_.delimiter, searched_);
    if (at == std::string::npos) {
      // The last bytes may be the beginning of a delimiter.
      const std::size_t known = output_.size() - std::min(output_.size(), delimiter_bytes - 1);
      searched_ = std::max(searched_, known);
      return std::nullopt;
    }
    if (at == record_begin_) return at;
    record_begin_ = searched_ = at + delimiter_bytes;
  }
}

// The outcome, if the process has acknowledged the batch. Stops it if it no longer can.
Result<std::optional<JobOutcome>> KeptJob::look_at_answer(std::int64_t now_ns) {
  std::optional<JobOutcome> outcome;
  if (process_->is_stopping()) return outcome;
  const std::optional<std::size_t> acknowledgement = find_acknowledgement();
  const io::Command& command = process_->command();
  const bool has_read_all =
      acknowledgement && has_whole_batch() && TRY(command.unread_bytes()) == 0;
  if (acknowledgement.value_or(output_.size()) > options_.output_bytes_max) {
    process_->stop(too_much_output(options_), now_ns);
  } else if (has_read_all) {
    outcome = take_answer(*acknowledgement);
  } else if (acknowledgement) {
    // It does not read the events, or has printed an empty record for one of them.
    process_->stop("the command acknowledged the batch before it had read all of it", now_ns);
  } else if (command.output() < 0) {
    process_->expect_end("the command closed its output before it acknowledged the batch", now_ns);
  } else if (command.input() < 0 && !has_whole_batch()) {
    process_->expect_end("the command closed its input before it acknowledged the batch", now_ns);
  }
  return outcome;
}

JobOutcome KeptJob::take_answer(std::size_t end_of_answer) {
  std::string rest = output_.substr(end_of_answer + options_.delimiter.size());
  output_.resize(end_of_answer);
  JobOutcome outcome = {JobOutcome::Kind::done, {}, std::move(output_)};
  output_ = std::move(rest);
  is_running_ = false;
  return outcome;
}

// A process may end after it has acknowledged a batch. The next batch, of which it has read
// nothing, goes to a new process.
Result<bool> KeptJob::replace_process() {
  if (!is_reused_ || process_->is_stopping() || !output_.empty()) return false;
  const std::size_t unread = TRY(process_->command().unread_bytes());
  if (unread != written_) return false;
  written_ = record_begin_ = searched_ = 0;
  is_reused_ = false;
  TRY(start_process());
  return true;
}

JobOutcome KeptJob::give_up(const io::ProcessEnd& end) {
  using Kind = JobOutcome::Kind;
  JobOutcome outcome = process_->outcome_of(end);
  if (outcome.kind == Kind::done) {
    outcome = {Kind::failed, "the command ended before it acknowledged the batch", {}};
  } else if (outcome.kind == Kind::failed && !process_->is_stopping()) {
    outcome.reason += " before it acknowledged the batch";
  }
  process_->kill_the_rest();
  process_.reset();
  is_running_ = false;
  return outcome;
}

Result<std::optional<std::string>> KeptJob::end() {
  std::optional<std::string> complaint;
  const bool was_running = std::exchange(is_running_, false);
  if (!process_) return complaint;
  io::Command& command = process_->command();
  command.close_input();
  const bool is_gone = TRY(command.wait(options_.grace_ns));
  if (is_gone) {
    const auto end = TRY(command.end());
    TRY(command.read_some(output_, 1));
    const bool has_stray_output = !was_running && (!output_.empty() || command.has_dropped());
    if (end->signal != 0 || end->status != 0) {
      complaint = describe(*end);
    } else if (has_stray_output) {
      complaint = "the command printed something after its last batch, which is dropped";
    }
  } else {
    const std::chrono::nanoseconds grace(options_.grace_ns);
    complaint =
        "the command went on for " + text::format_duration(grace) + " after the end of its input";
    TRY(process_->end_by_force());
  }
  process_.reset();
  return complaint;
}

}  // namespace estream::tool
