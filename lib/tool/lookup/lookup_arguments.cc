#include "tool/lookup/lookup_arguments.h"

#include <set>
#include <string>

#include "cli/environment.h"
#include "text/values.h"

namespace estream::tool {

void add_lookup_option(cli::OptionTable& table, LookupArguments& arguments, bool is_common) {
  table.list({.name = "lookup",
              .argument = "NAME=TOPIC[PATH]",
              .help = "add a member NAME to each event: what TOPIC has for the key at PATH, or for "
                      "the event's own key, as of the event's time",
              .common = is_common},
             arguments.specs, parse_lookup);
}

void add_lookup_wait_option(cli::OptionTable& table, LookupArguments& arguments) {
  table.value({.name = "lookup-wait",
               .argument = "DUR",
               .help = "with -f and --lookup: an event waits up to DUR for tables that are behind "
                       "it; default 0"},
              arguments.wait, text::parse_duration);
}

Result<LookupOptions> read_lookups(const LookupArguments& typed,
                                   const std::optional<std::int64_t>& memory_bytes) {
  std::set<std::string> names;
  for (const LookupSpec& spec : typed.specs) {
    if (names.insert(spec.name).second) continue;
    return Error{Error::Code::usage,
                 "option --lookup: two lookups are called " + spec.name + "; give another name"};
  }
  LookupOptions options;
  options.specs = typed.specs;
  if (typed.wait) options.wait_ns = typed.wait->count();
  if (memory_bytes) options.memory_bytes = static_cast<std::size_t>(*memory_bytes);
  options.temporary_directory = cli::temporary_directory();
  return options;
}

}  // namespace estream::tool
