#include "read/record_text.h"

#include "base/assert.h"
#include "base/printable.h"
#include "json/quote.h"

namespace estream::read {

bool contains_delimiter(std::string_view value, std::string_view delimiter) {
  if (delimiter.size() == 1) return value.find(delimiter.front()) != std::string_view::npos;
  return !delimiter.empty() && value.find(delimiter) != std::string_view::npos;
}

void append_record(std::string& out, const RecordShape& shape, const RecordPlace& place,
                   const RecordView& record, std::uint64_t number, json::EventParser& parser) {
  if (shape.kind == RecordShape::Kind::envelope) {
    const std::size_t begin = out.size();
    json::append_envelope(out, shape.envelope, place, record, parser);
    if (!shape.is_for_terminal) return;
    const std::string envelope = out.substr(begin);
    out.resize(begin);
    append_printable_json(out, envelope);
    return;
  }
  if (shape.kind == RecordShape::Kind::other) {
    return shape.form->append(out, place, record, parser);
  }
  ASSERT(shape.format.has_value());
  const query::FormatContext context = {place.topic, place.partition, number, shape.is_for_terminal,
                                        shape.zone};
  shape.format->append(out, context, record, parser);
}

Result<void> append_as_json_string(std::string& out, std::string_view value) {
  if (!json::is_utf8(value)) {
    return Error{Error::Code::data,
                 "the value contains the delimiter and is not UTF-8, so that it cannot be printed "
                 "as a JSON string; use -j"};
  }
  json::append_quoted(out, value);
  return {};
}

}  // namespace estream::read
