#pragma once

#include <cstdint>
#include <string_view>

namespace estream {

// The topic and the partition of a record, which a RecordView does not have.
struct RecordPlace {
  std::string_view topic;
  std::int32_t partition = 0;
};

}  // namespace estream
