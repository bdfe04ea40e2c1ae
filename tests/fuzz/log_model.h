#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/reference_records.h"

namespace estream::fuzz {

// What a partition must hold, by what was asked of it and answered: the oracle of fuzz_operations,
// which knows nothing of files.
class LogModel {
 public:
  std::int64_t end() const { return end_; }
  const std::vector<OwnedRecord>& records() const { return records_; }

  // Records that an append answered for, or would have.
  void append(const std::vector<OwnedRecord>& records);
  // Records of an append that died: all of them may be there, or none.
  void append_perhaps(const std::vector<OwnedRecord>& records) { perhaps_ = records; }

  // Everything before this offset survives the loss of power from now on.
  void make_durable(std::int64_t end) { durable_end_ = std::max(durable_end_, end); }
  // Everything before this offset is shown to readers from now on.
  void publish(std::int64_t end) { published_end_ = std::max(published_end_, end); }
  std::int64_t published_end() const { return published_end_; }

  // What may be missing beside what an append that died left out.
  struct Excuses {
    bool power_loss = false;  // Records at the end that were not durable.
    bool compaction = false;  // Records with a key that is there again later.
    bool retention = false;   // Records at the beginning.
    // Whoever removes them died: nobody was told that they are gone, and they may be there again
    // after a loss of power.
    bool is_unfinished = false;
  };
  // Whether a reader of everything may see this; from then on it is what must be there.
  void adopt(const std::vector<OwnedRecord>& seen, Excuses excuses);

  // What is there from `offset` on, up to `end`.
  std::vector<OwnedRecord> between(std::int64_t offset, std::int64_t end) const;

 private:
  std::vector<OwnedRecord> records_;
  std::vector<OwnedRecord> perhaps_;
  std::vector<OwnedRecord> may_return_;
  std::int64_t end_ = 0;
  std::int64_t durable_end_ = 0;
  std::int64_t published_end_ = 0;
};

}  // namespace estream::fuzz
