#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/batch_header.h"
#include "record/record.h"

namespace estream::fuzz {

// A record that owns its bytes.
struct OwnedRecord {
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = 0;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;

  friend bool operator==(const OwnedRecord&, const OwnedRecord&) = default;
};

OwnedRecord owned(const RecordView& view);

// The records of a batch by a second reading of doc/format.md, slow and with nothing in common with
// lib/record, for the comparison of the two.
struct ReferenceRecords {
  std::vector<OwnedRecord> records;
  // Each number is in its shortest form and nothing is stored that has no meaning, so that writing
  // the records again must give the same bytes.
  bool is_canonical = true;
};

// Nothing when `plain`, the records uncompressed, breaks the format.
std::optional<ReferenceRecords> reference_records(const BatchHeader& header,
                                                  std::string_view plain);

}  // namespace estream::fuzz
