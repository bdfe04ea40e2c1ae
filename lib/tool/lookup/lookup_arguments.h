#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "cli/options.h"
#include "text/duration.h"
#include "tool/lookup/lookup_spec.h"
#include "tool/lookup/lookups.h"

namespace estream::tool {

// The lookups as they were typed.
struct LookupArguments {
  std::vector<LookupSpec> specs;
  std::optional<text::Duration> wait;
};

// --lookup and --lookup-wait, in this order. A tool that does not follow has no wait.
void add_lookup_option(cli::OptionTable& table, LookupArguments& arguments);
void add_lookup_wait_option(cli::OptionTable& table, LookupArguments& arguments);

// Error::Code::usage when two lookups have one name.
Result<LookupOptions> read_lookups(const LookupArguments& typed,
                                   const std::optional<std::int64_t>& memory_bytes);

}  // namespace estream::tool
