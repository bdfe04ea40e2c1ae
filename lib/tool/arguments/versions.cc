#include "tool/arguments/versions.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <zstd.h>

namespace estream::tool {

std::string versions_of_parts() {
  return fmt::format("zstd {}, simdjson {}.{}.{}", ZSTD_versionString(),
                     simdjson::SIMDJSON_VERSION_MAJOR, simdjson::SIMDJSON_VERSION_MINOR,
                     simdjson::SIMDJSON_VERSION_REVISION);
}

}  // namespace estream::tool
