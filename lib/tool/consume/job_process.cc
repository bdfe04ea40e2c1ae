#include "tool/consume/job_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <utility>

#include "io/deadline.h"
#include "text/duration.h"
#include "text/size.h"

namespace estream::tool {

namespace {

constexpr int later_status = 75;  // EX_TEMPFAIL of <sysexits.h>.
constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();

}  // namespace

Result<JobProcess> JobProcess::start(const JobOptions& options, const JobBatch& batch, int input,
                                     bool has_output_pipe, int lock) {
  io::Command command = TRY(io::Command::start({.arguments = options.command,
                                                .environment = batch.environment,
                                                .input = input,
                                                .has_output_pipe = has_output_pipe,
                                                .lock = lock}));
  return JobProcess(options, std::move(command));
}

void JobProcess::begin_batch() { started_ns_.reset(); }

void JobProcess::look_at_clock(std::int64_t now_ns) {
  if (!started_ns_) started_ns_ = now_ns;
  if (is_stopping()) {
    if (now_ns < *kill_at_ns_ || is_killed_) return;
    command_.kill();
    is_killed_ = true;
  } else if (now_ns >= end_of_time_ns()) {
    const std::chrono::nanoseconds timeout(*options_->timeout_ns);
    stop("the command took longer than " + text::format_duration(timeout), now_ns);
  } else if (stop_at_ns_ && now_ns >= *stop_at_ns_) {
    stop(reason_to_stop_, now_ns);
  }
}

std::optional<std::int64_t> JobProcess::deadline_ns() const {
  if (!started_ns_) return 0;
  if (is_killed_) return std::nullopt;
  if (is_stopping()) return kill_at_ns_;
  const std::int64_t next_ns = std::min(end_of_time_ns(), stop_at_ns_.value_or(never_ns));
  return next_ns == never_ns ? std::nullopt : std::optional(next_ns);
}

std::int64_t JobProcess::end_of_time_ns() const {
  return options_->timeout_ns ? io::later_by(*started_ns_, *options_->timeout_ns) : never_ns;
}

void JobProcess::stop(std::string reason, std::int64_t now_ns) {
  if (is_stopping()) return;
  command_.ask_to_end();
  reason_ = std::move(reason);
  kill_at_ns_ = io::later_by(now_ns, options_->grace_ns);
}

void JobProcess::expect_end(std::string reason, std::int64_t now_ns) {
  if (stop_at_ns_) return;
  reason_to_stop_ = std::move(reason);
  stop_at_ns_ = io::later_by(now_ns, options_->grace_ns);
}

JobOutcome JobProcess::outcome_of(const io::ProcessEnd& end) const {
  using Kind = JobOutcome::Kind;
  if (is_stopping()) return {Kind::failed, reason_, {}};
  if (end.signal == 0 && end.status == 0) return {Kind::done, {}, {}};
  const bool is_later = end.signal == 0 && end.status == later_status;
  return {is_later ? Kind::later : Kind::failed, describe(end), {}};
}

void JobProcess::kill_the_rest() {
  if (is_stopping()) command_.kill();
}

Result<void> JobProcess::end_by_force() {
  const auto ended = TRY(command_.end());
  if (ended) return {};
  command_.ask_to_end();
  const bool is_gone = TRY(command_.wait(options_->grace_ns));
  if (is_gone) return {};
  command_.kill();
  TRY(command_.wait(never_ns));
  return {};
}

std::string describe(const io::ProcessEnd& end) {
  if (end.signal == 0) return fmt::format("the command exited with {}", end.status);
  const char* name = ::sigabbrev_np(end.signal);
  return fmt::format("the command was killed by signal {}{}", end.signal,
                     name != nullptr ? fmt::format(" ({})", name) : "");
}

std::string too_much_output(const JobOptions& options) {
  return fmt::format("the command printed more than {} (--max-output)",
                     text::format_size(static_cast<std::int64_t>(options.output_bytes_max)));
}

}  // namespace estream::tool
