#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "io/directory.h"
#include "io/file.h"
#include "io/system.h"
#include "log/partition_reader.h"

namespace estream::read {

// Waits until something may have been appended to any of several partitions. The kernel reports
// this for most partitions. For the others (a broker's directory, a network file system, a writer
// on another machine) the wait ends after a short time.
class ArrivalWatch {
 public:
  // When a process dies, the kernel closes the file that was opened last first, and the end of a
  // watch may take it 10 to 20 ms. So who has locks that others wait for makes this before.
  explicit ArrivalWatch(io::System& system);

  void add(const log::PartitionReader& reader, log::Layout layout);

  // Also watches which names come to a directory and go, and which files in it are closed after
  // writing: members of a group come, and end.
  void add_names(const io::Directory& parent, const char* name);
  // Watches a partition without being told of anything. The end of the only watch of a file is what
  // takes the kernel so long, and it tells the commands of a process that dies only after that.
  // With the watch of another process beside it, it takes about two.
  void share(const io::Directory& partition);
  // Whether the last wait has seen such a thing, or may have.
  bool has_seen_names() const { return has_seen_names_; }

  // Also watches the reader of the output, so that the wait ends when nobody reads the pipe.
  void add_output(int fd);

  // Returns when there may be news, a stop signal came, the output was closed, or `timeout_ns` is
  // over; may return early for no reason. It also returns when one of `others` is ready.
  void wait(std::optional<std::int64_t> timeout_ns, std::span<io::PollEntry> others = {});

  // Whether the last wait found that nobody reads the output any more.
  bool is_output_closed() const { return is_output_closed_; }

 private:
  void take_events();

  io::System* system_;
  io::File events_;  // Of inotify; closed when there is none. A second one takes long to end.
  std::vector<int> names_;  // The watches of names.
  bool has_seen_names_ = false;
  bool is_told_of_all_ = true;
  int output_fd_ = -1;
  bool is_output_closed_ = false;
};

}  // namespace estream::read
