#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "io/file.h"
#include "log/partition_reader.h"
#include "log/verify/findings.h"
#include "log/verify/options.h"
#include "record/batch_records.h"

namespace estream::log {

// Whole batches of a segment, one behind the other. Their headers have been checked.
struct BatchRange {
  std::shared_ptr<const io::File> log;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};

// Verifies the checksums of batches and checks their records. Each thread has its own.
class BatchProof {
 public:
  // A proof that holds `heavy` may use much memory. All proofs share it.
  BatchProof(Layout layout, const VerifyOptions& options, std::mutex& heavy, Findings& findings)
      : layout_(layout), options_(&options), heavy_(heavy, std::defer_lock), findings_(&findings) {}

  void check(const BatchRange& range);

 private:
  void check_bytes(const BatchRange& range);
  void check_batch(const io::File& log, std::uint64_t position, const BatchHeader& header,
                   Bytes batch);
  void check_records(const io::File& log, std::uint64_t position, const BatchHeader& header,
                     Bytes batch);
  Result<std::span<const RecordView>> decode(const BatchHeader& header, Bytes batch);

  Layout layout_;
  const VerifyOptions* options_;
  std::unique_lock<std::mutex> heavy_;
  Findings* findings_;
  BatchDecoder decoder_;
  std::vector<std::byte> bytes_;
};

// Walks segments and checks their batches on several threads. Each walk hands out ranges as it
// goes, and any thread that is free checks them.
class VerifyPool {
 public:
  using HandOut = std::function<void(BatchRange)>;
  using Walk = std::function<void(const HandOut&)>;

  VerifyPool(Layout layout, const VerifyOptions& options, Findings& findings)
      : layout_(layout), options_(&options), findings_(&findings) {}

  // Returns when all walks are over and all ranges are checked.
  void run(std::vector<Walk> walks) noexcept;

 private:
  void work();
  void hand_out(BatchRange range, BatchProof& proof);

  Layout layout_;
  const VerifyOptions* options_;
  Findings* findings_;

  std::mutex heavy_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Walk> walks_;
  std::size_t next_walk_ = 0;
  std::size_t walking_ = 0;
  std::deque<BatchRange> ranges_;
};

}  // namespace estream::log
