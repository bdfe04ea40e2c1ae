#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "write/partition_writers.h"
#include "write/producer_log.h"

namespace estream::tool {

// A copy under `--producer NAME`: what an earlier run has put into the partitions, and the
// appending of the rest.
//
// The numbers of a name are those of each partition of the copy. They do not say from where a
// record came, for batches hold records of several sources in the order of their times, and this
// order is another one where a source has grown meanwhile. So CopyComparison finds for every
// record in the log the source whose next record it is, and what is kept is how far each source
// has come in each partition.
class NamedCopy {
 public:
  // Opens what the partitions have. `writers` must outlive this; a topic that is not there yet is
  // made by the first append().
  static Result<NamedCopy> open(write::PartitionWriters& writers, std::string name,
                                std::size_t sources);

  const std::string& name() const { return name_; }
  // Records that the partition had under the name at the opening.
  std::int64_t known(std::size_t partition) const { return known_[partition]; }
  std::int64_t known_in_all() const;
  write::ProducerLog& log(std::size_t partition) { return *logs_[partition]; }

  // All records of the source that go to the partition are there up to this one.
  void note_copied(std::size_t source, std::size_t partition, Offset offset) {
    copied_[partition * sources_ + source] = offset;
  }
  bool has(std::size_t source, std::size_t partition, Offset offset) const {
    return offset <= copied_[partition * sources_ + source];
  }

  // What is known will be as durable as what is appended.
  Result<void> claim();

  // Error::Code::busy when another run under the name appends, too.
  Result<void> append(std::size_t partition, std::int64_t events, MutableBytes batch);

 private:
  NamedCopy(write::PartitionWriters& writers, std::string name, std::size_t sources);

  Result<void> open_log(std::size_t partition);

  write::PartitionWriters* writers_;
  std::string name_;
  std::size_t sources_;
  std::vector<std::optional<write::ProducerLog>> logs_;  // By partition; none before it is needed.
  std::vector<std::int64_t> known_;
  std::vector<std::int64_t> next_;  // The number of the next record.
  std::vector<Offset> copied_;
};

}  // namespace estream::tool
