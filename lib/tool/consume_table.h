#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/duration.h"
#include "cli/options.h"
#include "json/envelope_writer.h"
#include "json/filter.h"
#include "json/grep.h"
#include "tool/batch_feed.h"
#include "tool/record_merge.h"
#include "tool/record_text.h"

namespace estream::tool {

// The command line as it was typed. What depends on other options (the zone of a time) stays text
// until all of them are known.
struct ConsumeArguments {
  std::vector<std::string> topics;
  std::vector<std::int32_t> partitions;
  bool is_regex = false;
  bool waits = false;
  std::vector<std::string> from;
  std::vector<std::string> to;
  std::optional<std::string> since;
  std::optional<std::string> until;
  std::optional<cli::Duration> length;
  std::optional<std::int64_t> tail;
  std::optional<std::int64_t> max;
  std::optional<MergeOrder> order;
  bool follows = false;
  std::optional<cli::Duration> timeout;
  std::optional<cli::Duration> idle;
  bool is_uncommitted = false;
  OnCorrupt on_corrupt = OnCorrupt::stop;
  std::optional<std::string> cursor_file;

  std::optional<std::string> key;
  std::vector<json::Grep> greps;
  std::vector<json::Filter> filters;
  bool is_count = false;
  bool is_no_match_ok = false;

  bool is_json = false;
  std::optional<std::string> format;
  std::optional<std::string> delimiter;
  bool is_null_delimited = false;
  bool is_without_value = false;
  std::optional<DelimiterInValue> delimiter_in_value;
  json::EnvelopeOptions::Time time_format = json::EnvelopeOptions::Time::milliseconds;
  bool is_unbuffered = false;

  std::optional<std::string> dir;
  bool is_utc = false;
  bool is_quiet = false;
  int verbosity = 0;
};

// The options of estream-consume, which write to `arguments`.
cli::OptionTable consume_table(ConsumeArguments& arguments);

}  // namespace estream::tool
