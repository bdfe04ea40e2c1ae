#include "read/arrival_watch.h"

#include <algorithm>
#include <array>
#include <vector>

#include "io/signals.h"
#include "io/watch_events.h"
#include "log/names.h"

namespace estream::read {

namespace {

// How long new records may stay unnoticed, if the kernel does not report them, and if it should.
constexpr std::int64_t poll_ms = 100;
constexpr std::int64_t distrust_ms = 1000;

}  // namespace

ArrivalWatch::ArrivalWatch(io::System& system) : system_(&system) {
  const int fd = system.watch_open();
  if (fd >= 0) {
    events_ = io::File(system, fd, "inotify");
  } else {
    is_told_of_all_ = false;
  }
}

void ArrivalWatch::add(const log::PartitionReader& reader, log::Layout layout) {
  // A broker writes to a file that changes its name with each roll.
  if (!events_.is_open() || layout == log::Layout::kafka ||
      system_->watch_add(events_.fd(), reader.directory().fd(), log::commit_file_name,
                         io::WatchFor::change) < 0) {
    is_told_of_all_ = false;
  }
}

void ArrivalWatch::add_names(const io::Directory& parent, const char* name) {
  if (!events_.is_open()) return;
  const int watch = system_->watch_add(events_.fd(), parent.fd(), name, io::WatchFor::names);
  if (watch >= 0) names_.push_back(watch);
}

void ArrivalWatch::share(const io::Directory& partition) {
  if (!events_.is_open()) return;
  system_->watch_add(events_.fd(), partition.fd(), log::commit_file_name, io::WatchFor::nothing);
}

// The wait is only for the loss of the reader. That the descriptor itself can be read, as with a
// socket or a FIFO that is open for both, says nothing about the reader.
void ArrivalWatch::add_output(int fd) { output_fd_ = fd; }

void ArrivalWatch::wait(std::optional<std::int64_t> timeout_ns, std::span<io::PollEntry> others) {
  std::int64_t wait_ms = is_told_of_all_ ? distrust_ms : poll_ms;
  // Rounded up, so that the time is over when the wait is.
  if (timeout_ns)
    wait_ms = std::min(wait_ms, (std::max<std::int64_t>(*timeout_ns, 0) + 999'999) / 1'000'000);
  std::vector<io::PollEntry> entries(others.begin(), others.end());
  // Who waits on after a signal, for a command that has to end, is not to be woken all the time.
  const int stop = io::is_stop_requested() ? -1 : io::stop_descriptor();
  for (const int fd : {stop, events_.is_open() ? events_.fd() : -1}) {
    if (fd >= 0) entries.push_back({.fd = fd});
  }
  if (output_fd_ >= 0) entries.push_back({.fd = output_fd_, .for_hangup = true});
  system_->poll(entries, static_cast<int>(wait_ms));
  std::copy_n(entries.begin(), others.size(), others.begin());
  is_output_closed_ = output_fd_ >= 0 && entries.back().is_ready;
  has_seen_names_ = false;
  if (events_.is_open()) take_events();
}

void ArrivalWatch::take_events() {
  // Room for one event with the longest name, at least.
  alignas(8) std::array<std::byte, 4096> bytes;
  for (;;) {
    const std::int64_t count = system_->read(events_.fd(), bytes);
    if (count <= 0) return;
    const Bytes events = Bytes(bytes).first(static_cast<std::size_t>(count));
    for (const int watch : io::watches_of(events)) {
      // Which events were lost is not known.
      if (watch < 0 || std::ranges::find(names_, watch) != names_.end()) has_seen_names_ = true;
    }
  }
}

}  // namespace estream::read
