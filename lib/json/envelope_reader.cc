#include "json/envelope_reader.h"

#include <fmt/format.h>

#include <array>
#include <deque>
#include <limits>
#include <string>

#include "json/base64.h"
#include "json/event_parser.h"
#include "json/event_time.h"
#include "json/repair.h"
#include "json/source.h"
#include "json/value.h"
#include "record/batch_builder.h"

namespace estream::json {

namespace {

// A field as it stands in the line: what it means, and its bytes.
struct Field {
  std::string_view name;
  Value value;
  std::string_view source;
};

Error field_error(std::string_view name, std::string_view what) {
  return {Error::Code::data, fmt::format("envelope: {} {}", name, what)};
}

// The fields that may occur, each the last of its name.
template <std::size_t count>
struct Fields {
  std::array<std::string_view, count> names;
  std::array<std::optional<Field>, count> found = {};

  void collect(const Value& object, std::string_view source) {
    ChildCursor sources(source);
    for (const auto member : object_of(object)) {
      const std::string_view member_source = sources.next().value_or(std::string_view());
      for (std::size_t i = 0; i < count; i++) {
        if (names[i] == member.key) found[i] = {names[i], value_of(member.value), member_source};
      }
    }
  }

  // Nothing when the field is missing or null.
  const Field* given(std::string_view name) const {
    const Field* const field = present(name);
    return field != nullptr && field->value.kind != Kind::null ? field : nullptr;
  }

  // Nothing only when the field is missing.
  const Field* present(std::string_view name) const {
    for (std::size_t i = 0; i < count; i++) {
      if (names[i] == name && found[i]) return &*found[i];
    }
    return nullptr;
  }
};

using EventFields = Fields<13>;
using HeaderFields = Fields<4>;
using KcatFields = Fields<7>;

// `is_exact` when nothing of the line was repaired.
Result<std::string_view> text_of(const Field& field, bool is_exact) {
  switch (field.value.kind) {
    case Kind::string:
      if (!is_exact && has_lone_surrogate(field.source)) {
        return field_error(field.name, "has half a surrogate pair, so it is not valid text");
      }
      return field.value.text;
    case Kind::number:
    case Kind::false_:
    case Kind::true_:
      return field.source;
    default:
      return field_error(field.name, "must be a string");
  }
}

Result<std::int64_t> integer_of(const Field& field, std::int64_t max) {
  const auto* const integer = std::get_if<std::int64_t>(&field.value.number);
  if (field.value.kind != Kind::number || integer == nullptr || *integer < 0 || *integer > max) {
    return field_error(field.name, fmt::format("must be an integer from 0 to {}", max));
  }
  return *integer;
}

}  // namespace

struct EnvelopeReader::State {
  EnvelopeForm form = EnvelopeForm::estream;
  // The value inside may be as deep as any event, and the envelope is one level more.
  EventParser parser{depth_max + 1};
  std::string headers;

  // Decoded base64. A deque, because views of earlier strings must survive later ones.
  std::deque<std::string> decoded;
  std::size_t decoded_count = 0;

  bool is_exact() const { return !parser.is_repaired(); }
  Result<std::string_view> decode(const Field& field);
  template <std::size_t count>
  Result<std::optional<std::string_view>> text_or_base64(const Fields<count>& fields,
                                                         std::string_view name,
                                                         std::string_view base64_name);
  Result<std::optional<std::string_view>> value(const EventFields& fields);
  Result<std::string_view> spaced(const EventFields& fields, std::string_view json);
  Result<RecordHeader> header(const Value& value, std::string_view source);
  Result<RecordHeaders> read_headers(const Field* field);
  Result<std::optional<Timestamp>> timestamp(const Field* field);
  Result<std::optional<std::string_view>> kcat_text(const Field* field);
  Result<RecordHeaders> kcat_headers(const Field* field);
  template <std::size_t count>
  Result<void> read_origin(const Fields<count>& fields, EnvelopeEvent& event);
  Result<EnvelopeEvent> read_estream(const Value& root, std::string_view line);
  Result<EnvelopeEvent> read_kcat(const Value& root, std::string_view line);
  Result<EnvelopeEvent> read(std::string_view line);
};

Result<std::string_view> EnvelopeReader::State::decode(const Field& field) {
  if (decoded_count == decoded.size()) decoded.emplace_back();
  std::string& bytes = decoded[decoded_count++];
  bytes.clear();
  if (field.value.kind != Kind::string || !append_decoded_base64(bytes, field.value.text)) {
    return field_error(field.name, "must be a string of padded base64");
  }
  return std::string_view(bytes);
}

template <std::size_t count>
Result<std::optional<std::string_view>> EnvelopeReader::State::text_or_base64(
    const Fields<count>& fields, std::string_view name, std::string_view base64_name) {
  const Field* const text = fields.given(name);
  const Field* const base64 = fields.given(base64_name);
  if (text != nullptr && base64 != nullptr) {
    return field_error(base64_name, fmt::format("and {} exclude each other", name));
  }
  if (text != nullptr) return std::optional(TRY(text_of(*text, is_exact())));
  if (base64 != nullptr) return std::optional(TRY(decode(*base64)));
  return std::optional<std::string_view>();
}

Result<std::optional<std::string_view>> EnvelopeReader::State::value(const EventFields& fields) {
  const Field* const json = fields.present("value");
  const Field* const text = fields.given("value_text");
  const Field* const base64 = fields.given("value_b64");
  const Field* const tombstone = fields.given("tombstone");
  if (tombstone != nullptr && tombstone->value.kind == Kind::true_) {
    const bool has_value =
        (json != nullptr && json->value.kind != Kind::null) || text != nullptr || base64 != nullptr;
    if (has_value) return field_error("tombstone", "is true, but there is a value");
    return std::optional<std::string_view>();
  }
  if (tombstone != nullptr && tombstone->value.kind != Kind::false_) {
    return field_error("tombstone", "must be true or false");
  }
  const int count = (json != nullptr) + (text != nullptr) + (base64 != nullptr);
  if (count == 0) return field_error("value", "is missing; null with \"tombstone\":true for none");
  if (count > 1)
    return field_error("value",
                       "is there more than once; give only one of value, value_text and value_b64");
  if (json != nullptr) return std::optional(TRY(spaced(fields, json->source)));
  for (const std::string_view name : {"value_before", "value_after"}) {
    if (fields.given(name) != nullptr) return field_error(name, "is only for a value");
  }
  if (base64 != nullptr) return std::optional(TRY(decode(*base64)));
  if (text->value.kind != Kind::string) return field_error("value_text", "must be a string");
  return std::optional(TRY(text_of(*text, is_exact())));
}

// With the space that the record has around its value.
Result<std::string_view> EnvelopeReader::State::spaced(const EventFields& fields,
                                                       std::string_view json) {
  const Field* const before = fields.given("value_before");
  const Field* const after = fields.given("value_after");
  if (before == nullptr && after == nullptr) return json;
  for (const Field* const field : {before, after}) {
    if (field == nullptr) continue;
    if (field->value.kind != Kind::string || !is_blank(field->value.text)) {
      return field_error(field->name, "must be a string of spaces, tabs, \\r and \\n");
    }
  }
  if (decoded_count == decoded.size()) decoded.emplace_back();
  std::string& bytes = decoded[decoded_count++];
  bytes.assign(before != nullptr ? before->value.text : std::string_view());
  bytes += json;
  if (after != nullptr) bytes += after->value.text;
  return std::string_view(bytes);
}

Result<RecordHeader> EnvelopeReader::State::header(const Value& value, std::string_view source) {
  if (value.kind != Kind::object) return field_error("headers", "must hold objects");
  HeaderFields fields{{"key", "key_b64", "value", "value_b64"}};
  fields.collect(value, source);
  const auto key = TRY(text_or_base64(fields, "key", "key_b64"));
  if (!key) return field_error("headers", "must have a key each");
  return RecordHeader{*key, TRY(text_or_base64(fields, "value", "value_b64"))};
}

Result<RecordHeaders> EnvelopeReader::State::read_headers(const Field* field) {
  headers.clear();
  if (field == nullptr) return RecordHeaders{};
  if (field->value.kind != Kind::array) return field_error("headers", "must be an array");
  std::int32_t count = 0;
  ChildCursor sources(field->source);
  for (const auto element : array_of(field->value)) {
    const std::string_view source = sources.next().value_or(std::string_view());
    encode_header(headers, TRY(header(value_of(element), source)));
    count++;
  }
  return RecordHeaders{count, headers};
}

Result<std::optional<Timestamp>> EnvelopeReader::State::timestamp(const Field* field) {
  if (field == nullptr) return std::optional<Timestamp>();
  const auto time = envelope_time(field->value);
  if (!time) return field_error("ts", time.error().message);
  return std::optional(*time);
}

// Where the event was.
template <std::size_t count>
Result<void> EnvelopeReader::State::read_origin(const Fields<count>& fields, EnvelopeEvent& event) {
  if (const Field* topic = fields.given("topic")) event.topic = TRY(text_of(*topic, is_exact()));
  if (const Field* partition = fields.given("partition")) {
    constexpr std::int64_t max = std::numeric_limits<std::int32_t>::max();
    event.partition = static_cast<std::int32_t>(TRY(integer_of(*partition, max)));
  }
  if (const Field* offset = fields.given("offset")) {
    constexpr std::int64_t max = std::numeric_limits<std::int64_t>::max();
    event.offset = Offset{TRY(integer_of(*offset, max))};
  }
  return {};
}

// Nothing for null and for no field.
Result<std::optional<std::string_view>> EnvelopeReader::State::kcat_text(const Field* field) {
  if (field == nullptr || field->value.kind == Kind::null) return std::optional<std::string_view>();
  if (field->value.kind != Kind::string) return std::optional(field->source);
  return std::optional(TRY(text_of(*field, is_exact())));
}

Result<RecordHeaders> EnvelopeReader::State::kcat_headers(const Field* field) {
  headers.clear();
  if (field == nullptr) return RecordHeaders{};
  if (field->value.kind != Kind::array) return field_error("headers", "must be an array");
  std::int32_t count = 0;
  std::optional<std::string_view> name;
  ChildCursor sources(field->source);
  for (const auto element : array_of(field->value)) {
    const std::string_view source = sources.next().value_or(std::string_view());
    const Field part = {"headers", value_of(element), source};
    if (!name) {
      name = TRY(text_of(part, is_exact()));
      continue;
    }
    encode_header(headers, {*name, TRY(kcat_text(&part))});
    name.reset();
    count++;
  }
  if (name) return field_error("headers", "must hold names and values in turn");
  return RecordHeaders{count, headers};
}

Result<EnvelopeEvent> EnvelopeReader::State::read_kcat(const Value& root, std::string_view line) {
  KcatFields fields{{"topic", "partition", "offset", "ts", "key", "headers", "payload"}};
  fields.collect(root, line);
  EnvelopeEvent event;
  if (fields.present("payload") == nullptr) {
    return field_error("payload", "is missing; kcat -J prints one in each line");
  }
  event.key = TRY(kcat_text(fields.given("key")));
  event.value = TRY(kcat_text(fields.present("payload")));
  event.headers = TRY(kcat_headers(fields.given("headers")));
  event.timestamp = TRY(timestamp(fields.given("ts")));
  TRY(read_origin(fields, event));
  return event;
}

Result<EnvelopeEvent> EnvelopeReader::State::read_estream(const Value& root,
                                                          std::string_view line) {
  EventFields fields{{"topic", "partition", "offset", "ts", "key", "key_b64", "headers", "value",
                      "value_text", "value_b64", "tombstone", "value_before", "value_after"}};
  fields.collect(root, line);
  EnvelopeEvent event;
  event.key = TRY(text_or_base64(fields, "key", "key_b64"));
  event.value = TRY(value(fields));
  event.headers = TRY(read_headers(fields.given("headers")));
  event.timestamp = TRY(timestamp(fields.given("ts")));
  TRY(read_origin(fields, event));
  return event;
}

Result<EnvelopeEvent> EnvelopeReader::State::read(std::string_view line) {
  decoded_count = 0;
  TRY(parser.parse(line));
  const Value root = parser.root();
  if (root.kind != Kind::object) return field_error("the line", "must be an object");
  return form == EnvelopeForm::kcat ? read_kcat(root, line) : read_estream(root, line);
}

EnvelopeReader::EnvelopeReader(EnvelopeForm form) : state_(std::make_unique<State>()) {
  state_->form = form;
}
EnvelopeReader::~EnvelopeReader() = default;
EnvelopeReader::EnvelopeReader(EnvelopeReader&&) noexcept = default;
EnvelopeReader& EnvelopeReader::operator=(EnvelopeReader&&) noexcept = default;

Result<EnvelopeEvent> EnvelopeReader::read(std::string_view line) { return state_->read(line); }

}  // namespace estream::json
