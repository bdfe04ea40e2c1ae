#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "io/directory.h"
#include "log/partition_writer.h"
#include "prove/schedules_scenarios.h"
#include "support/memory_system.h"

namespace estream::prove::interleave {

// Makes a Setting by doing things on a machine.
class Preparation {
 public:
  Preparation();

  io::Directory directory();
  io::MemorySystem& memory() { return memory_; }
  std::unique_ptr<log::PartitionWriter> writer(const log::WriterOptions& options);

  // The record at an offset has the time 1000 + offset. Acknowledged if the writer's level says so.
  void append(log::PartitionWriter& writer, int count, std::size_t padding, bool acknowledges);
  // Sealed segments of `batches_each` and an active one of one batch.
  void fill(int sealed, int batches_each, std::size_t padding);

  // An owner of the group has done so many events, and has ended.
  void work(std::int64_t events);
  // It has decided the output of the next ones up to `events`, has brought so many batches of it
  // into the log, and was killed.
  void die_while_storing(std::int64_t events, std::int64_t batches);

  Setting finish();

 private:
  std::int64_t next_time() const { return 1000 + std::int64_t{number_ - 1} * 2; }
  Result<void> try_work(std::int64_t events);

  io::MemorySystem memory_;
  Setting setting_;
  int number_ = 0;
};

}  // namespace estream::prove::interleave
