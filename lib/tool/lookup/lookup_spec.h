#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/path.h"

namespace estream::tool {

// NAME=TOPIC[PATH]: events get a member NAME, which is the value that the table TOPIC has for the
// key at PATH.
struct LookupSpec {
  std::string name;
  std::string topic;              // As typed: a name in the data root, or a path.
  std::optional<json::Path> key;  // Nothing for the key of the event's record.
  std::string text;               // All of it, for messages.
};

// Error::Code::usage says what to write.
Result<LookupSpec> parse_lookup(std::string_view text);

}  // namespace estream::tool
