#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/types.h"

namespace estream {

// One header of a record. Keys may repeat and their order counts; a value may be null.
struct RecordHeader {
  std::string_view key;
  std::optional<std::string_view> value;
};

// A record's headers as they are stored: `count` times (varint key length, key, varint value length
// or -1, value). They were checked when the batch was decoded, so that a loop over them cannot
// fail:
//
//   for (HeaderCursor headers(record.headers); auto header = headers.next();) use(*header);
struct RecordHeaders {
  std::int32_t count = 0;
  std::string_view encoded;  // `count` headers without the count.
};

class HeaderCursor {
 public:
  explicit HeaderCursor(const RecordHeaders& headers)
      : remaining_(headers.count), rest_(headers.encoded) {}

  // The next header, or nothing after the last one.
  std::optional<RecordHeader> next();

 private:
  std::int32_t remaining_;
  std::string_view rest_;
};

// A record as a view into a decoded batch: valid as long as the batch's decoder keeps the batch.
// A null value is a tombstone. A null key or value is not the same as an empty one.
struct RecordView {
  Offset offset;
  Timestamp timestamp;
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  RecordHeaders headers;
};

// Bytes of a record's contents. What the format adds is not counted.
inline std::size_t payload_bytes(std::optional<std::string_view> key,
                                 std::optional<std::string_view> value,
                                 const RecordHeaders& headers) {
  return key.value_or("").size() + value.value_or("").size() + headers.encoded.size();
}

}  // namespace estream
