#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cli/options.h"
#include "json/envelope_writer.h"
#include "read/record_sink.h"
#include "read/record_text.h"

namespace estream::tool {

// How records are to look, as it was typed.
struct OutputArguments {
  bool is_json = false;
  std::optional<query::Format> format;
  std::optional<std::string> delimiter;
  bool is_null_delimited = false;
  bool is_without_value = false;
  std::optional<read::DelimiterInValue> delimiter_in_value;
  json::EnvelopeOptions::Time time_format = json::EnvelopeOptions::Time::milliseconds;
  bool is_unbuffered = false;
  bool is_raw = false;

  read::SinkOptions::Buffering buffering() const {
    return is_unbuffered ? read::SinkOptions::Buffering::record
                         : read::SinkOptions::Buffering::block;
  }
};

// -j -F -D -0 --no-value --delimiter-in-value --time-format -u --raw.
void add_output_options(cli::OptionTable& table, OutputArguments& arguments);

// For standard output, also when that is a terminal.
// `zone` is the one of printed times.
Result<read::RecordShape> read_shape(const OutputArguments& typed, Zone zone);

}  // namespace estream::tool
