#include "json/object_writer.h"

#include <fmt/format.h>

#include <iterator>

#include "json/base64.h"
#include "json/quote.h"

namespace estream::json {

void ObjectWriter::name(std::string_view name, std::string_view suffix) {
  if (has_fields_) out_->push_back(',');
  has_fields_ = true;
  out_->append("\"").append(name).append(suffix).append("\":");
}

ObjectWriter& ObjectWriter::number(std::string_view name, std::int64_t value) {
  this->name(name);
  const fmt::format_int digits(value);
  out_->append(digits.data(), digits.size());
  return *this;
}

ObjectWriter& ObjectWriter::ratio(std::string_view name, double value) {
  this->name(name);
  fmt::format_to(std::back_inserter(*out_), "{:.4g}", value);
  return *this;
}

ObjectWriter& ObjectWriter::boolean(std::string_view name, bool value) {
  return json(name, value ? "true" : "false");
}

ObjectWriter& ObjectWriter::text(std::string_view name, std::optional<std::string_view> text) {
  if (!text) return json(name, "null");
  if (is_utf8(*text)) {
    this->name(name);
    append_quoted(*out_, *text);
    return *this;
  }
  this->name(name, "_b64");
  out_->push_back('"');
  append_base64(*out_, *text);
  out_->push_back('"');
  return *this;
}

ObjectWriter& ObjectWriter::json(std::string_view name, std::string_view json) {
  this->name(name);
  out_->append(json);
  return *this;
}

}  // namespace estream::json
