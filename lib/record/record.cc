#include "record/record.h"

#include "base/assert.h"
#include "base/varint.h"

namespace estream {

std::optional<RecordHeader> HeaderCursor::next() {
  if (remaining_ == 0) return std::nullopt;
  remaining_--;

  VarintCursor cursor(rest_);
  RecordHeader header;
  header.key = cursor.bytes(cursor.varint());
  const std::int32_t value_length = cursor.varint();
  if (value_length >= 0) header.value = cursor.bytes(value_length);
  ASSERT(cursor.ok());
  rest_.remove_prefix(rest_.size() - cursor.remaining());
  return header;
}

}  // namespace estream
