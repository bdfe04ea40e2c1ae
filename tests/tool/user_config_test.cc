#include "tool/user_config.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "io/posix_system.h"

using namespace estream;

TEST_CASE("the config file may set what estream(7) lists, and nothing else") {
  io::PosixSystem system;
  std::set<std::string> keys;
  for (const cli::OptionSpec& spec : tool::user_config(system).all_options()) {
    if (spec.configurable) keys.insert(spec.name);
  }
  CHECK(keys == std::set<std::string>{"batch-size", "color", "compression", "dir", "linger",
                                      "memory", "partitioner", "partitions", "progress",
                                      "segment-bytes", "sync", "timeout", "utc", "zone"});
}
