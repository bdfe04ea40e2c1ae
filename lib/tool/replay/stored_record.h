#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "record/record.h"

namespace estream::tool {

// A record with the number of its source, as bytes for a short stay in memory or in a temporary
// file: in this machine's byte order, and read by nobody but the process that wrote them.

// Appends them to `out`.
void store_record(std::string& out, std::uint32_t source, const RecordView& record);

struct LoadedRecord {
  std::uint32_t source = 0;
  RecordView record;  // Views into the stored bytes.
};

// Requires what store_record() wrote, and nothing more.
LoadedRecord load_record(std::string_view stored);

}  // namespace estream::tool
