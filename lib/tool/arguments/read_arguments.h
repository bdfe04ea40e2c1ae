#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "io/system.h"
#include "query/filter.h"
#include "query/grep.h"
#include "read/read_request.h"
#include "text/duration.h"
#include "text/position.h"
#include "text/time.h"
#include "tool/arguments/zone_arguments.h"
#include "tool/lookup/lookup_arguments.h"

namespace estream::tool {

// Which records are meant, as it was typed. What depends on other options (the zone of a time)
// stays text until all of them are known.
struct ReadArguments {
  std::vector<std::string> topics;
  std::vector<std::int32_t> partitions;
  bool is_regex = false;
  std::vector<std::string> from;
  std::vector<std::string> to;
  std::optional<std::string> since;
  std::optional<std::string> until;
  std::optional<text::Duration> length;

  std::optional<std::string> key;
  std::vector<query::Grep> greps;
  std::vector<query::Filter> filters;
  LookupArguments lookup;

  std::optional<std::string> dir;
  ZoneArguments zone;
  std::optional<cli::Progress::Mode> progress;
  bool is_quiet = false;
  int verbosity = 0;
  std::vector<std::string> configured;  // The options that the config file set.

  bool is_configured(std::string_view name) const;
  cli::Progress::Mode progress_mode() const;
};

// The topic whose section of the config file counts for a command about these: the only one, when
// it is a name in the data root.
std::string topic_of_config(const std::vector<std::string>& topics);

// The usage error for a topic argument that is a file, or that looks like the format which -f has
// in kcat: each with what was probably meant.
Result<void> check_topic_arguments(io::System& system, const std::vector<std::string>& topics);

// The options of the same name and meaning in all tools that read; they go to the group that was
// begun last.
void add_position_options(cli::OptionTable& table, ReadArguments& arguments);  // -o --to
void add_time_options(cli::OptionTable& table, ReadArguments& arguments);      // -S -U --for
void add_topic_options(cli::OptionTable& table, ReadArguments& arguments);     // -t -p -r
void add_filter_options(cli::OptionTable& table, ReadArguments& arguments);    // -k -G -w
void add_place_options(cli::OptionTable& table, ReadArguments& arguments);     // -d --zone --utc

// What times on the command line are read with.
Result<text::TimeContext> time_context(const ReadArguments& typed);

// The positions of one option, named in errors.
Result<std::vector<text::Position>> read_positions(const char* option,
                                                   const std::vector<std::string>& texts,
                                                   const text::TimeContext& context);

// Checks what was typed. Reads the environment for the data root.
Result<read::ReadRequest> read_request(const ReadArguments& typed,
                                       const text::TimeContext& context);

}  // namespace estream::tool
