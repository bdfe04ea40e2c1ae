#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "io/system.h"
#include "json/event_parser.h"
#include "read/arrival_watch.h"
#include "read/batch_feed.h"
#include "read/end_condition.h"
#include "read/partition_source.h"
#include "record/batch_records.h"
#include "tool/lookup/lookup_table.h"

namespace estream::tool {

// A topic that is read as a table: the value of a key is what the last event of the key has. A
// tombstone is null, a text that is not JSON a string.
class LookupTopic {
 public:
  // Of the sources' events, those before `until` can be asked for.
  LookupTopic(io::System& system, const SpillOptions& options, std::optional<Timestamp> until)
      : until_(until), table_(system, options) {}

  // Prepares to read these partitions: up to their present ends, unless the topic is followed.
  Result<void> open(std::vector<read::PartitionSource> sources, bool is_followed);
  // Whether refresh() has something to do.
  Result<bool> has_more();
  // Reads what is there now, or until `end` is met. Error::Code::corrupt for damage.
  Result<void> refresh(const read::EndCondition& end);

  const LookupTable& table() const { return table_; }
  const topic::Topic& topic() const { return feeds_.front().topic(); }
  // All partitions have come to here, but for those that are empty.
  std::optional<Timestamp> reached() const;
  void add_to(read::ArrivalWatch& watch) const;

 private:
  Result<void> read_partition(std::size_t number, const read::EndCondition& end);
  Result<void> add(const read::BatchFeed& feed, const RecordView& record);
  void say_keyless() const;

  std::optional<Timestamp> until_;
  LookupTable table_;
  std::vector<read::BatchFeed> feeds_;
  std::vector<std::optional<Timestamp>> reached_;  // Of each feed.
  std::int64_t keyless_ = 0;
  bool has_said_keyless_ = false;

  json::EventParser parser_;
  BatchDecoder decoder_;
  std::vector<std::byte> bytes_;
  std::string value_;
};

}  // namespace estream::tool
