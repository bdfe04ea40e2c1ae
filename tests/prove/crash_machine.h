#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "prove/crash_plan.h"
#include "support/memory_system.h"
#include "tool/produce/producer_session.h"
#include "topic/topic.h"

namespace estream::prove::crash {

inline constexpr const char* root_name = "root";
inline constexpr const char* topic_name = "orders";
inline constexpr const char* partition_path = "root/orders/0";
inline constexpr const char* cursor_path = "home/cursor";

// The machine in memory, with names of temporary files that are its own, and a moment at which
// somebody else can do something: right after a sync took effect.
class Machine : public io::MemorySystem {
 public:
  explicit Machine(std::uint64_t seed) : numbers_(seed) {}

  std::uint64_t random() override { return numbers_(); }
  int fsync(int fd) override { return after_sync(MemorySystem::fsync(fd)); }
  int fdatasync(int fd) override { return after_sync(MemorySystem::fdatasync(fd)); }

  // Once, after the `nth` sync from now on; 1 is the next.
  void interrupt_after_sync(int nth, std::function<void()> what) {
    syncs_left_ = nth;
    interruption_ = std::move(what);
  }
  void clear_interruption() { interruption_ = nullptr; }

 private:
  int after_sync(int answer) {
    if (interruption_ && --syncs_left_ == 0) std::exchange(interruption_, nullptr)();
    return answer;
  }

  std::mt19937_64 numbers_;
  int syncs_left_ = 0;
  std::function<void()> interruption_;
};

// A producer's command at work on the partition.
class ProducerProcess {
 public:
  static Result<std::unique_ptr<ProducerProcess>> open(io::System& system, std::size_t producer,
                                                       log::SyncLevel level);

  // The offsets of the events: for those of an idempotent producer that the log has already, where
  // they are, or -1 when they have been removed since.
  Result<std::vector<std::int64_t>> append(const EventBatch& events);
  Result<std::int64_t> sync() { return writer_->sync(); }
  Result<void> finish() { return writer_->finish(); }

 private:
  ProducerProcess() = default;

  std::unique_ptr<log::PartitionWriter> writer_;
  tool::BuildOptions options_;
  std::optional<tool::ProducerSession> session_;
  std::int64_t appends_ = 0;
};

}  // namespace estream::prove::crash
