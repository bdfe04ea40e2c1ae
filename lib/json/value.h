#pragma once

#include <simdjson.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "json/number.h"
#include "json/path.h"

namespace estream::json {

// In the order in which jq sorts values of different kinds.
enum class Kind : std::uint8_t { null, false_, true_, number, string, array, object };

// A JSON value. It is a part of a parsed document, or was made from another text. Its views point
// into that document or text, and are valid only as long as it is. Only the sources in json/
// include this header, because it includes simdjson.
struct Value {
  Kind kind = Kind::null;
  Number number;                   // Of a number.
  std::string_view text;           // Of a string.
  simdjson::dom::element element;  // Of an array or object.
};

Value value_of(simdjson::dom::element element);
Value value_of(const Number& number);
Value value_of(std::string_view text);
Value value_of_bool(bool truth);

// The value must be of that kind.
simdjson::dom::array array_of(const Value& value);
simdjson::dom::object object_of(const Value& value);

// A field or element, and its number in its container, counted from 0.
struct Child {
  Value value;
  std::size_t ordinal = 0;
};

// Nothing when `container` has no such child, or is not a container of that kind. If a field name
// is repeated, the last field counts, as in jq.
std::optional<Child> find_child(const Value& container, const Path::Step& step);

// The value at `path` from `root`; null when there is none.
Value find(const Value& root, const Path& path);

// The order of jq: null < false < true < numbers < strings < arrays < objects. Strings are compared
// by their bytes, arrays element by element, objects first by their sorted field names and then by
// the values.
std::weak_ordering compare(const Value& a, const Value& b);

// The number of elements, of fields with different names, or of a string's characters; 0 otherwise.
std::int64_t length_of(const Value& value);

// The value as JSON, on one line. A number that has no integer is the shortest text of its double.
std::string text_of(const Value& value);

}  // namespace estream::json
