#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace estream::json {

// Writes one JSON object, on one line, to the end of a text. All JSON that the tools print, events,
// receipts and reports, is written by it.
//
//   ObjectWriter(line).text("topic", "orders").number("partition", 0).end();
//
// `name` and what stands behind it are one field. Names are ours: nothing in them is escaped.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(&out) { out.push_back('{'); }

  ObjectWriter& number(std::string_view name, std::int64_t value);
  // To four digits.
  ObjectWriter& ratio(std::string_view name, double value);
  ObjectWriter& boolean(std::string_view name, bool value);
  // "NAME":"text", or "NAME_b64":"..." when it is not UTF-8, or "NAME":null.
  ObjectWriter& text(std::string_view name, std::optional<std::string_view> text);
  // A value that is JSON already.
  ObjectWriter& json(std::string_view name, std::string_view json);

  // The name alone. The caller appends the value to the text.
  void name(std::string_view name, std::string_view suffix = {});

  void end() { out_->push_back('}'); }

 private:
  std::string* out_;
  bool has_fields_ = false;
};

}  // namespace estream::json
