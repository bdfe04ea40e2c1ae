#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/progress.h"
#include "json/path.h"
#include "text/duration.h"
#include "tool/arguments/read_arguments.h"

namespace estream::tool {

enum class InspectVerb {
  topics,
  offsets,
  segments,
  batches,
  keys,
  hist,
  schema,
  verify,
  expect,
  groups,
  lag,
  producers,
};

enum class ColorWish { automatic, always, never };

// The command line as it was typed.
struct InspectArguments {
  InspectVerb verb = InspectVerb::topics;
  std::vector<std::string> operands;  // Behind the verb: the expression of expect, the topics.
  ReadArguments read;                 // Its topics are those of -t.
  std::optional<std::int64_t> max;

  std::optional<json::Path> key_field;

  std::optional<text::Duration> bucket;
  bool follows = false;
  std::optional<text::Duration> watch;
  std::optional<text::Duration> timeout;
  std::optional<text::Duration> settle;
  std::optional<std::string> max_lag;
  bool is_without_decoding = false;
  bool is_count = false;

  bool is_json = false;
  bool is_without_header = false;
  bool is_in_bytes = false;
  ColorWish color = ColorWish::automatic;
};

// The options of estream-inspect, which write to `arguments`.
cli::OptionTable inspect_table(InspectArguments& arguments);

}  // namespace estream::tool
