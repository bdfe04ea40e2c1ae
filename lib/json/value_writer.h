#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/event_parser.h"
#include "json/object_writer.h"

namespace estream::json {

// The value of a record as the field `name` of an object that is written:
//
//   NAME                       the record's own bytes, when they are a JSON value without a newline
//                              between its tokens; null for a record without a value
//   NAME_before, NAME_after    the white space around that value, if the record has any
//   NAME_text                  any other UTF-8
//   NAME_b64                   any other bytes
//
// `parser` is used to check whether a value is JSON; its last parse is forgotten.
void write_value(ObjectWriter& writer, std::string_view name, std::optional<std::string_view> value,
                 EventParser& parser);

// The same as an item of an array: its JSON without the space around it, null, any other UTF-8 as a
// string, or {"value_b64":"..."}.
void append_value(std::string& out, std::optional<std::string_view> value, EventParser& parser);

}  // namespace estream::json
