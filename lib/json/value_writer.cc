#include "json/value_writer.h"

#include "json/quote.h"
#include "json/source.h"

namespace estream::json {

namespace {

// Nothing when the value is no JSON, or when it would break a line.
std::optional<std::string_view> json_inside(std::string_view value, EventParser& parser) {
  const std::string_view json = trimmed(value);
  if (json.find('\n') != json.npos || !parser.parse_copy(json)) return {};
  return json;
}

// A field that is text, and only there if the text is not empty.
void write_space(ObjectWriter& writer, std::string_view name, std::string_view suffix,
                 std::string_view text) {
  if (!text.empty()) writer.text(std::string(name).append(suffix), text);
}

}  // namespace

void write_value(ObjectWriter& writer, std::string_view name, std::optional<std::string_view> value,
                 EventParser& parser) {
  if (!value) {
    writer.json(name, "null");
    return;
  }
  const std::optional<std::string_view> json = json_inside(*value, parser);
  if (!json) {
    writer.text(std::string(name).append(is_utf8(*value) ? "_text" : ""), value);
    return;
  }
  writer.json(name, *json);
  // The space around a value is no part of its JSON, and reading that would not give it back.
  const auto before = static_cast<std::size_t>(json->data() - value->data());
  write_space(writer, name, "_before", value->substr(0, before));
  write_space(writer, name, "_after", value->substr(before + json->size()));
}

void append_value(std::string& out, std::optional<std::string_view> value, EventParser& parser) {
  const std::optional<std::string_view> json = value ? json_inside(*value, parser) : "null";
  if (json) {
    out.append(*json);
  } else if (is_utf8(*value)) {
    append_quoted(out, *value);
  } else {
    ObjectWriter(out).text("value", value).end();
  }
}

}  // namespace estream::json
