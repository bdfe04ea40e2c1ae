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

// --lookup, in the short help if it `is_common`, and --lookup-wait, for a tool that follows.
void add_lookup_option(cli::OptionTable& table, LookupArguments& arguments, bool is_common);
void add_lookup_wait_option(cli::OptionTable& table, LookupArguments& arguments);

// Error::Code::usage when two lookups have one name.
Result<LookupOptions> read_lookups(const LookupArguments& typed,
                                   const std::optional<std::int64_t>& memory_bytes);

}  // namespace estream::tool
