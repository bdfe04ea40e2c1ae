#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/varint.h"
#include "window/row.h"

namespace estream::window {

// An event that has to wait, or that is needed again. It owns what its row shows.
class RowCopy {
 public:
  enum class Parts {
    all,
    no_record,  // Without the key, value and headers of the record. Those are large.
  };

  RowCopy(const Row& row, Parts parts);

  // Valid as long as this is not destroyed. A move does no harm.
  const Row& row() const { return row_; }

  // For checkpoints. load() is nothing for bytes that save() has not written.
  void save(std::string& out) const;
  static std::optional<RowCopy> load(VarintCursor& in);

 private:
  Row row_;
  std::unique_ptr<std::byte[]> bytes_;
};

// Also by themselves: a key as bytes, and back. The loaded key shows bytes of the input.
void save_key(std::string& out, const GroupKey& key);
std::optional<GroupKey> load_key(VarintCursor& in);

}  // namespace estream::window
