#include "tool/user_config.h"

#include <string>
#include <vector>

#include "tool/compact/compact_option_table.h"
#include "tool/consume/consume_option_table.h"
#include "tool/inspect/inspect_option_table.h"
#include "tool/produce/produce_option_table.h"
#include "tool/replay/replay_option_table.h"
#include "tool/window/window_option_table.h"

namespace estream::tool {

namespace {

template <class Arguments>
void append(std::vector<cli::OptionSpec>& all, cli::OptionTable (*table_of)(Arguments&)) {
  Arguments unused;
  const cli::OptionTable table = table_of(unused);
  for (const cli::Option& option : table.options()) all.push_back(option.spec);
}

std::vector<cli::OptionSpec> options_of_all_tools() {
  std::vector<cli::OptionSpec> all;
  append(all, produce_table);
  append(all, consume_table);
  append(all, replay_table);
  append(all, window_table);
  append(all, compact_table);
  append(all, inspect_table);
  return all;
}

}  // namespace

cli::Config user_config(io::System& system) {
  return {[&system] { return cli::read_config(system); }, options_of_all_tools};
}

}  // namespace estream::tool
