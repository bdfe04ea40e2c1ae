#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "log/partition_reader.h"
#include "record/batch_header.h"
#include "record/batch_records.h"

namespace estream::tool {

// What became of the transactions in a broker's partition, as the log itself tells: the first
// control batch of a producer id that follows a transactional batch of that id says commit or
// abort. A second reader runs ahead to find it, once and only as far as it has to, and remembers
// what it met on the way.
class Transactions {
 public:
  enum class Fate {
    committed,
    aborted,
    open,  // No end of it is in the log; its records do not count yet, nor does what follows.
  };
  using OpenReader = std::function<Result<log::PartitionReader>()>;

  explicit Transactions(OpenReader open_reader) : open_reader_(std::move(open_reader)) {}

  // What became of the transaction that this batch is part of. Has to be asked in the order of the
  // batches; forgets what lies before `header`.
  Result<Fate> fate_of(const BatchHeader& header);

  // The log may have grown: what was open may be decided.
  Result<void> refresh();

 private:
  struct End {
    Offset marker;
    Fate fate;
  };

  Result<bool> read_on();
  Result<void> note_end(const BatchHeader& header);

  OpenReader open_reader_;
  std::optional<log::PartitionReader> ahead_;
  BatchDecoder decoder_;
  std::vector<std::byte> bytes_;
  std::map<std::int64_t, std::deque<End>> ends_;  // Of each producer id, ascending.
};

}  // namespace estream::tool
