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

// Decides which batches of a partition a reader shows. It never shows control batches. If only
// committed records count, it shows no batch of an aborted transaction, and no batch from the last
// stable offset on.
//
// The log itself says how a transaction ended: the first control batch of a producer id after a
// transactional batch of that id says commit or abort. A second reader reads ahead to find it. It
// reads only as far as needed, and only once, and remembers the control batches on the way.
class Transactions {
 public:
  enum class Standing {
    visible,
    hidden,
    held,  // At or behind the last stable offset. So is everything after it, for now.
  };

  explicit Transactions(PartitionSource& source);

  // `offset` is the first one that will be asked about. A transaction may be open there that began
  // before it. Need not be called when all batches are known to be before the stable end.
  Result<void> begin(Offset offset);

  // Has to be called in the order of the batches. Forgets everything before `header`.
  Result<Standing> standing_of(const BatchHeader& header);

  // To be called when the log may have grown: open transactions may have ended.
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
