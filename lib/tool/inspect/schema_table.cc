#include "tool/inspect/schema_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "json/path.h"
#include "json/quote.h"
#include "json/value.h"

namespace estream::tool {

namespace {

constexpr std::size_t fields_max = 10'000;
constexpr int depth_max = 32;
constexpr std::size_t text_bytes_max = 40;

// The first bytes of a text, no character cut in two.
std::string front_of(std::string_view text) {
  if (text.size() <= text_bytes_max) return std::string(text);
  std::size_t end = text_bytes_max;
  while (end > 0 && (text[end] & 0xC0) == 0x80) end--;
  return std::string(text.substr(0, end)) + "...";
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && json::is_name_start(name.front()) &&
         std::ranges::all_of(name, json::is_name_part);
}

std::string child_path(const std::string& path, std::string_view name) {
  std::string out = path == "." ? "" : path;
  out += '.';
  if (is_plain_name(name)) {
    out += name;
  } else {
    json::append_quoted(out, name);
  }
  return out;
}

const char* type_of(const json::Value& value) {
  switch (value.kind) {
    case json::Kind::null:
      return "null";
    case json::Kind::false_:
    case json::Kind::true_:
      return "boolean";
    case json::Kind::number:
      return std::holds_alternative<double>(value.number) ? "number" : "integer";
    case json::Kind::string:
      return "string";
    case json::Kind::array:
      return "array";
    case json::Kind::object:
      return "object";
  }
  return "null";
}

template <class T>
void widen(std::optional<T>& least, std::optional<T>& greatest, const T& value, auto is_less) {
  if (!least || is_less(value, *least)) least = value;
  if (!greatest || is_less(*greatest, value)) greatest = value;
}

std::string shown(const json::Value& value) {
  switch (value.kind) {
    case json::Kind::string: {
      std::string out;
      json::append_quoted(out, front_of(value.text));
      return out;
    }
    case json::Kind::number:
      return std::visit([](auto number) { return fmt::format("{}", number); }, value.number);
    case json::Kind::true_:
      return "true";
    case json::Kind::false_:
      return "false";
    default:
      return "";
  }
}

}  // namespace

struct SchemaTable::Walk {
  SchemaTable& table;

  Field* field(const std::string& path) {
    const auto found = table.fields_.find(path);
    if (found != table.fields_.end()) return &found->second;
    if (table.fields_.size() >= fields_max) {
      table.is_complete_ = false;
      return nullptr;
    }
    return &table.fields_[path];
  }

  Field* note(const std::string& path, const char* type) {
    Field* const noted = field(path);
    if (noted == nullptr) return nullptr;
    noted->types[type]++;
    // An array has many elements, but it is one event.
    if (noted->last_event != table.events_) noted->present++;
    noted->last_event = table.events_;
    return noted;
  }

  void visit(const std::string& path, const json::Value& value, int depth) {
    Field* const noted = note(path, type_of(value));
    if (noted == nullptr) return;
    if (value.kind == json::Kind::number) {
      widen(noted->least_number, noted->greatest_number, value.number,
            [](const auto& a, const auto& b) { return json::compare(a, b) < 0; });
    } else if (value.kind == json::Kind::string) {
      widen(noted->least_text, noted->greatest_text, front_of(value.text), std::less());
    }
    if (noted->example.empty()) noted->example = shown(value);
    const bool is_container = value.kind == json::Kind::object || value.kind == json::Kind::array;
    if (!is_container) return;
    if (depth == depth_max) {
      table.is_complete_ = false;
    } else if (value.kind == json::Kind::object) {
      for (const auto member : json::object_of(value)) {
        visit(child_path(path, member.key), json::value_of(member.value), depth + 1);
      }
    } else {
      for (const auto element : json::array_of(value)) {
        visit(path + "[]", json::value_of(element), depth + 1);
      }
    }
  }
};

void SchemaTable::add(std::optional<std::string_view> value) {
  events_++;
  Walk walk = {*this};
  if (!value) {
    walk.note(".", "tombstone");
  } else if (parser_.parse_copy(*value)) {
    walk.visit(".", parser_.root(), 0);
  } else {
    walk.note(".", json::is_utf8(*value) ? "text" : "binary");
  }
}

}  // namespace estream::tool
