#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "text/duration.h"
#include "tool/arguments/output_arguments.h"
#include "tool/arguments/read_arguments.h"
#include "tool/arguments/write_values.h"
#include "tool/group/group_options.h"
#include "tool/records/chunk_builder.h"
#include "window/settings.h"

namespace estream::tool {

// The options of estream-window, as they were typed.
struct WindowArguments {
  ReadArguments read;
  OutputArguments output;
  GroupArguments group;

  std::optional<std::string> key_fields;
  std::optional<json::Path> time_field;
  std::optional<InputFormat> envelope;

  std::optional<std::string> tumble;
  std::optional<std::string> hop;
  std::optional<std::string> session;
  std::optional<std::string> trailing;
  std::optional<std::string> dedup;
  std::optional<std::string> absent;
  std::vector<cli::GivenOption> steps;  // --seq, --then and --times.
  std::optional<std::string> within;
  std::optional<std::string> unless;
  bool is_unmatched_shown = false;

  std::vector<std::string> aggregates;
  std::optional<std::string> having;
  std::optional<std::string> top;
  std::optional<window::Emit> emit;

  std::optional<text::Duration> grace;
  std::optional<text::Duration> idle;
  std::optional<std::string> late;
  std::optional<text::Duration> max_future;
  std::optional<std::int64_t> max_keys;
  bool closes_at_end = false;

  std::optional<std::string> into;
  std::optional<std::int32_t> partitions;
  std::optional<Compression> compression;

  bool follows = false;
  bool waits = false;
  std::optional<std::int64_t> max;
  std::optional<text::Duration> timeout;
  bool is_no_match_ok = false;
  bool is_explained = false;
  bool is_dry_run = false;
};

// The options of estream-window, which write to `arguments`.
cli::OptionTable window_table(WindowArguments& arguments);

}  // namespace estream::tool
