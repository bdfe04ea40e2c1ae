#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "cli/options.h"
#include "cli/progress.h"
#include "io/system.h"

namespace estream::tool {

// Whether standard output may go to the terminal on which the progress would be shown, line by line
// while the command runs.
enum class OutputDuring { nothing, events };

// Shows on standard error what base/work_meter.h has, from a thread of its own, for as long as it
// lives:
//
//   estream-inspect: verified 42MiB (12%), 310MiB/s, 3s left
//
// With Mode::json each line is an object instead:
//
//   {"type":"progress","tool":"estream-inspect","what":"verified","share":0.12,"events":null,
//    "bytes":44040192,"bytes_per_second":325058560,"seconds":1.0,"seconds_left":3.1}
class WorkProgress {
 public:
  // `what` is done to the bytes: "verified".
  WorkProgress(io::System& system, std::string_view what, cli::Progress::Mode mode,
               OutputDuring output);
  ~WorkProgress();
  WorkProgress(const WorkProgress&) = delete;
  WorkProgress& operator=(const WorkProgress&) = delete;

  // Everything so far, for people.
  std::string text() const;

 private:
  struct State;

  State state() const;
  std::string line() const;
  std::string json_line() const;
  void run();
  std::int64_t now_ms() const { return system_->monotonic_ns() / 1'000'000; }

  io::System* system_;
  std::string what_;
  std::int64_t start_ms_;
  cli::Progress::Mode mode_;
  cli::Progress progress_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_over_ = false;
  std::thread thread_;
};

// --progress, the same for all tools.
void add_progress_option(cli::OptionTable& table, std::optional<cli::Progress::Mode>& mode);

// What the option says; without it, nothing is shown under -q.
cli::Progress::Mode progress_mode(const std::optional<cli::Progress::Mode>& typed, bool is_quiet);

}  // namespace estream::tool
