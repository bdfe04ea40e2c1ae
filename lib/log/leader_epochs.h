#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"

namespace estream::log {

// Which leader epoch began at which offset: Kafka's text file `leader-epoch-checkpoint`.
//
//   0          version
//   2          number of entries
//   0 0        epoch, first offset
//   1 4711
//
// In a log of estream the epoch grows when recovery finds that written records are lost. So a
// reader that saw them can notice it. Kafka's checksum does not cover the epoch of a batch; this
// table protects it.
class LeaderEpochs {
 public:
  // Error::Code::corrupt when the text is not such a table; the caller adds the name of the file.
  static Result<LeaderEpochs> parse(std::string_view text);
  // The table of a partition. Error::Code::not_found when it has none.
  static Result<LeaderEpochs> read(const io::Directory& directory);
  std::string to_text() const;

  // The epoch of the batch that begins at `offset`; nothing before the first entry.
  std::optional<std::int32_t> at(Offset offset) const;
  std::int32_t last() const { return entries_.empty() ? -1 : entries_.back().epoch; }
  // Adds an entry: `epoch` begins at `offset`. Entries that begin at or after `offset` are dropped.
  void begin(std::int32_t epoch, Offset offset);
  // Drops the entries that begin after `end`, where the log ends.
  void cut(Offset end);

 private:
  struct Entry {
    std::int32_t epoch;
    Offset first;
  };
  std::vector<Entry> entries_;
};

}  // namespace estream::log
