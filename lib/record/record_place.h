#pragma once

#include <cstdint>
#include <string_view>

namespace estream {

// What a RecordView does not know about itself.
struct RecordPlace {
  std::string_view topic;
  std::int32_t partition = 0;
};

}  // namespace estream
