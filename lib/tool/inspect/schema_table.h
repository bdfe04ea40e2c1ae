#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "json/event_parser.h"
#include "json/number.h"

namespace estream::tool {

// What the fields of JSON values look like, as values are shown to it one after another.
class SchemaTable {
 public:
  struct Field {
    std::int64_t present = 0;                   // In how many events.
    std::map<std::string, std::int64_t> types;  // "integer", "string", ...: how often each.
    std::optional<json::Number> least_number;
    std::optional<json::Number> greatest_number;
    std::optional<std::string> least_text;  // The front of it.
    std::optional<std::string> greatest_text;
    std::string example;  // As it is written in JSON, the front of it.
    std::int64_t last_event = 0;
  };

  // A value; nothing for a tombstone. One that is not JSON has the type "text" or "binary".
  void add(std::optional<std::string_view> value);

  // By path: "." is the event itself, ".a.b" a field, ".a[]" the elements of an array. What is
  // beyond a number of paths, or a depth, is left out.
  const std::map<std::string, Field>& fields() const { return fields_; }
  std::int64_t events() const { return events_; }
  bool is_complete() const { return is_complete_; }

 private:
  struct Walk;

  json::EventParser parser_;
  std::map<std::string, Field> fields_;
  std::int64_t events_ = 0;
  bool is_complete_ = true;
};

}  // namespace estream::tool
