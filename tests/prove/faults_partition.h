#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "log/partition_reader.h"
#include "log/partition_writer.h"
#include "prove/faults.h"

// The partition "p" of a trial's machine.

namespace estream::prove::faults {

inline constexpr const char* partition_path = "p";

Result<void> create_partition(MemorySystem& system);
Result<io::Directory> open_partition(MemorySystem& system);
Result<std::unique_ptr<log::PartitionWriter>> open_writer(MemorySystem& system,
                                                          const log::WriterOptions& options);

using KeyedValue = std::pair<std::string, std::string>;  // An empty key is none.

// A finished batch without a place.
Result<std::vector<std::byte>> batch_of(const std::vector<KeyedValue>& records,
                                        std::int64_t timestamp_ms);
// Appends it and answers the offset of its first record.
Result<Offset> append(log::PartitionWriter& writer, const std::vector<KeyedValue>& records,
                      std::int64_t timestamp_ms = 1000);

struct Stored {
  std::int64_t offset = 0;
  std::string key;
  std::string value;

  friend bool operator==(const Stored&, const Stored&) = default;
};
using Records = std::vector<Stored>;

// What a new reader has.
Result<Records> read_all(const io::Directory& directory,
                         log::Extent extent = log::Extent::published);
Result<Records> read_all(MemorySystem& system, log::Extent extent = log::Extent::published);

// What the producers know.
struct Ledger {
  std::vector<std::string> attempted;                // In order; each value once.
  std::map<std::int64_t, std::string> acknowledged;  // By offset.
  bool is_synced = true;  // What is acknowledged has been synced: it survives a loss of power.
};

// The oracle for a log that is only appended to: offsets without a hole, only what was attempted,
// in its order, once; and, if so asked, all that was acknowledged at its offset.
enum class Asked { order, order_and_acknowledged };
void judge_records(const Records& found, const Ledger& ledger, Asked asked, const char* when,
                   Complaints& complaints);

// Does what must work now, as often as a late error may still come.
Result<void> in_service(const Situation& situation, const std::function<Result<void>()>& work);

// What was not synced is gone. What a sync lost that said yes is spared: nobody can promise it.
void lose_power(MemorySystem& system, const Situation& situation);

// A reader, a writer that recovers, a second recovery, an append, and its survival: everything that
// a sound partition does, whatever was done to it before.
void judge_partition(MemorySystem& system, const Ledger& ledger, const Situation& situation,
                     Complaints& complaints);

// verify finds no fault, and after a maintenance run nothing to remark either.
void judge_files(MemorySystem& system, const std::string& path, const Situation& situation,
                 Complaints& complaints);

// An error where there should be none.
void complain(Complaints& complaints, const std::string& when, const Error& error);

}  // namespace estream::prove::faults
