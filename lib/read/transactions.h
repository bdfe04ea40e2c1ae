#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "log/partition_reader.h"
#include "read/partition_source.h"
#include "record/batch_header.h"
#include "record/batch_records.h"

namespace estream::read {

// Which batches of a partition a reader gets to see. Control batches never; and when only what is
// committed counts, nothing of aborted transactions, and nothing from the last stable offset on.
//
// What became of a transaction the log itself tells: the first control batch of a producer id that
// follows a transactional batch of that id says commit or abort. A second reader runs ahead to find
// it, once and only as far as it has to, and remembers what it met on the way.
class Transactions {
 public:
  enum class Standing {
    visible,
    hidden,
    held,  // At or behind the last stable offset. So is everything after it, for now.
  };

  explicit Transactions(PartitionSource& source);

  // The first offset that will be asked about: behind the start of the log a transaction may be
  // open that began before. Need not be called when all is known to be before the stable end.
  Result<void> begin(Offset offset);

  // Has to be asked in the order of the batches; forgets what lies before `header`.
  Result<Standing> standing_of(const BatchHeader& header);

  // The log may have grown: what was open may be decided.
  Result<void> refresh();

 private:
  enum class Fate { committed, aborted };
  struct End {
    Offset marker;
    Fate fate;
  };

  Result<bool> is_held(const BatchHeader& header);
  Result<std::optional<Fate>> fate_of(const BatchHeader& header);
  Result<bool> read_on();
  Result<void> note_end(const BatchHeader& header);

  std::shared_ptr<const topic::Topic> topic_;
  std::int32_t partition_;
  io::Directory directory_;
  Offset log_start_;
  Isolation isolation_;
  std::shared_ptr<StableEnd> stable_end_;
  bool asks_stable_end_ = false;
  std::optional<log::PartitionReader> ahead_;
  BatchDecoder decoder_;
  std::vector<std::byte> bytes_;
  std::map<std::int64_t, std::deque<End>> ends_;  // Of each producer id, ascending.
};

}  // namespace estream::read
