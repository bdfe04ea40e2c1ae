#include "tool/arguments/output_arguments.h"

#include <algorithm>

#include "io/signals.h"
#include "io/user_file.h"
#include "text/values.h"

namespace estream::tool {

namespace {

Error misuse(const std::string& message) { return {Error::Code::usage, message}; }

Result<void> check_together(const OutputArguments& typed) {
  if (typed.is_json && typed.format) {
    return misuse("options --json and --format: give only one of them");
  }
  if (typed.delimiter && typed.is_null_delimited) {
    return misuse("options --delimiter and --null-delim: give only one of them");
  }
  if (typed.is_without_value && !typed.is_json) return misuse("option --no-value: needs -j");
  return {};
}

// A JSON string hides a delimiter only if it is one of the characters that are escaped in it.
bool is_escaped_in_json(const std::string& delimiter) {
  return std::ranges::any_of(delimiter, [](char c) { return c >= 0 && c < ' '; });
}

}  // namespace

void add_output_options(cli::OptionTable& table, OutputArguments& arguments) {
  using Time = json::EnvelopeOptions::Time;
  table
      .flag({.letter = 'j',
             .name = "json",
             .help = "print events with key, headers and place",
             .common = true},
            arguments.is_json)
      .value({.letter = 'F',
              .name = "format",
              .argument = "FMT",
              .help = "print in this format: %k key, %v value, %o offset, %{.a.b} field, \\n ...",
              .common = true},
             arguments.format, query::Format::parse)
      .value({.letter = 'D',
              .name = "delimiter",
              .argument = "S",
              .help = "print S after each event, instead of a newline"},
             arguments.delimiter, text::parse_delimiter)
      .flag({.letter = '0', .name = "null-delim", .help = "events end in NUL"},
            arguments.is_null_delimited)
      .flag({.name = "no-value", .help = "with -j: without the value"}, arguments.is_without_value)
      .choice({.name = "delimiter-in-value",
               .argument = "WORD",
               .help = "a value that contains the delimiter: ok, json (print it as a JSON string) "
                       "or error; default: warn once"},
              arguments.delimiter_in_value,
              {{"ok", read::DelimiterInValue::ok},
               {"json", read::DelimiterInValue::json},
               {"error", read::DelimiterInValue::error},
               {"warn", read::DelimiterInValue::warn}})
      .choice({.name = "time-format", .argument = "WORD", .help = "with -j: ts in ms or rfc3339"},
              arguments.time_format, {{"ms", Time::milliseconds}, {"rfc3339", Time::rfc3339}})
      .flag({.letter = 'u', .name = "unbuffered", .help = "write each event at once"},
            arguments.is_unbuffered)
      .flag({.name = "raw",
             .help = "print the bytes unchanged to a terminal too, also control characters"},
            arguments.is_raw);
}

Result<read::RecordShape> read_shape(const OutputArguments& typed, Zone zone) {
  TRY(check_together(typed));
  read::RecordShape shape;
  shape.is_for_terminal = !typed.is_raw && io::is_terminal(io::standard_output);
  if (typed.delimiter) shape.delimiter = *typed.delimiter;
  if (typed.is_null_delimited) shape.delimiter = std::string(1, '\0');
  shape.delimiter_in_value = typed.delimiter_in_value.value_or(read::DelimiterInValue::warn);
  shape.zone = shape.envelope.zone = zone;
  shape.envelope.time = typed.time_format;
  if (typed.is_without_value) shape.envelope.value = json::EnvelopeOptions::Value::omitted;
  if (typed.is_json) shape.kind = read::RecordShape::Kind::envelope;
  if (typed.format) {
    shape.kind = read::RecordShape::Kind::format;
    shape.format = typed.format;
    shape.is_numbered = shape.format->is_numbered();
    if (!typed.delimiter && !typed.is_null_delimited) shape.delimiter.clear();
  }
  const bool wants_json = shape.delimiter_in_value == read::DelimiterInValue::json;
  if (wants_json && !is_escaped_in_json(shape.delimiter)) {
    return misuse("option --delimiter-in-value: json does not hide this delimiter");
  }
  return shape;
}

}  // namespace estream::tool
