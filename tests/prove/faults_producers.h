#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "prove/faults_partition.h"

namespace estream::prove::faults {

// Two producers in turn, with batches of odd sizes over some segments. One that meets an error is
// gone, as its process would be, and another takes its place with the next batch.
class Producers {
 public:
  Producers(MemorySystem& system, log::SyncLevel level)
      : system_(system), options_{.sync_level = level, .segment_bytes = 1500} {
    ledger_.is_synced = level != log::SyncLevel::none;
  }

  // The first error that any of them met.
  Result<void> run();

  const Ledger& ledger() const { return ledger_; }
  // A loss of power may have taken what was only written.
  void forget_unsynced() {
    if (!ledger_.is_synced) ledger_.acknowledged.clear();
  }

 private:
  struct Producer {
    std::unique_ptr<log::PartitionWriter> writer;
    std::map<std::int64_t, std::string> waiting;  // Appended and not yet acknowledged.
  };

  void fail(Producer& producer, const Error& error);
  void step(Producer& producer);
  void sync(Producer& producer);
  void finish(Producer& producer);
  void acknowledge(Producer& producer);

  MemorySystem& system_;
  log::WriterOptions options_;
  std::array<Producer, 2> producers_;
  std::size_t steps_ = 0;
  Ledger ledger_;
  std::optional<Error> first_error_;
};

}  // namespace estream::prove::faults
