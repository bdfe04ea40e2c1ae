#include "json/event_parser.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <string>

#include "json/event_time.h"
#include "json/repair.h"
#include "json/source.h"
#include "json/value.h"

namespace estream::json {

static_assert(padding_bytes >= simdjson::SIMDJSON_PADDING);

namespace {

Error data_error(std::string message) { return {Error::Code::data, std::move(message)}; }

Error field_error(const Path& path, std::string_view what) {
  return data_error(fmt::format("field {} {}", path.text, what));
}

}  // namespace

struct EventParser::State {
  simdjson::dom::parser parser;
  simdjson::dom::document document;
  simdjson::dom::element root;
  std::string_view line;  // The text as it was given, also when a repaired copy was parsed.
  bool is_parsed = false;
  bool is_repaired = false;
  std::size_t depth_limit = depth_max;
  std::string copy;
  std::string repaired;
};

EventParser::EventParser(std::size_t depth_limit) : state_(std::make_unique<State>()) {
  state_->depth_limit = depth_limit;
}

EventParser::~EventParser() = default;
EventParser::EventParser(EventParser&&) noexcept = default;
EventParser& EventParser::operator=(EventParser&&) noexcept = default;

// Left to itself simdjson grows to exactly the size that it needs, so that a file whose lines get
// longer one by one would allocate for each of them.
Result<void> EventParser::reserve(std::size_t size) {
  State& state = *state_;
  if (size <= state.document.capacity() && size <= state.parser.capacity()) return {};
  constexpr std::size_t smallest = 4096;
  const std::size_t capacity = std::max({size, 2 * state.parser.capacity(), smallest});
  const std::size_t allowed = std::min(capacity, state.parser.max_capacity());
  // simdjson counts the document as one more container, and does not count an empty container in
  // which it ends: so this refuses whatever is too deep, and some that is not. See parse_refused.
  if (size > allowed || state.document.allocate(allowed) != simdjson::SUCCESS ||
      state.parser.allocate(allowed, state.depth_limit) != simdjson::SUCCESS) {
    return data_error(fmt::format("not JSON: {} bytes are too long to parse", size));
  }
  return {};
}

Result<void> EventParser::parse(std::string_view line) {
  State& state = *state_;
  state.is_parsed = false;
  state.is_repaired = false;
  state.line = line;
  TRY(reserve(line.size()));
  // Newer versions of simdjson skip a byte order mark; its bytes would then end up in the log.
  const bool may_have_mark = !line.empty() && line.front() == '\xEF';
  const bool is_tried = !line.empty() && !may_have_mark;
  if (is_tried && state.parser.parse_into_document(state.document, line.data(), line.size(), false)
                          .get(state.root) == simdjson::SUCCESS) [[likely]] {
    state.is_parsed = true;
    return {};
  }
  return parse_refused(line);
}

// What simdjson refuses is mostly not JSON, and here is time to say why; but see json/repair.h.
Result<void> EventParser::parse_refused(std::string_view line) {
  State& state = *state_;
  if (is_blank(line)) return data_error("blank line");
  if (const auto fault = first_fault(line, state.depth_limit)) {
    return data_error(fmt::format("not JSON: {}, byte {}", fault->reason, fault->position + 1));
  }
  state.repaired = repaired_for_simdjson(line);
  const std::size_t size = state.repaired.size();
  state.repaired.resize(size + padding_bytes);
  TRY(reserve(size));
  simdjson::dom::parser parser;
  auto error = parser.allocate(size, state.depth_limit + 1);
  if (error == simdjson::SUCCESS) {
    error = parser.parse_into_document(state.document, state.repaired.data(), size, false)
                .get(state.root);
  }
  if (error != simdjson::SUCCESS) {
    return data_error(fmt::format("not JSON: {}", simdjson::error_message(error)));
  }
  state.is_parsed = state.is_repaired = true;
  return {};
}

Result<void> EventParser::parse_copy(std::string_view text) {
  std::string& copy = state_->copy;
  const std::size_t needed = text.size() + padding_bytes;
  // Room for longer texts as well, so that they need no new memory; but not for a huge one.
  if (copy.size() < needed) copy.resize(needed < (1 << 20) ? 2 * needed : needed);
  std::ranges::copy(text, copy.begin());
  return parse(std::string_view(copy).substr(0, text.size()));
}

Value EventParser::root() const {
  ASSERT(state_->is_parsed);
  return value_of(state_->root);
}

bool EventParser::is_repaired() const { return state_->is_repaired; }

Value EventParser::find(const Path& path) const { return json::find(root(), path); }

namespace {

// The text of a child, given that of its container and its number there.
std::string_view child_source(std::string_view container, std::size_t ordinal) {
  ChildCursor children(container);
  for (std::size_t i = 0; i < ordinal; i++) children.next();
  return children.next().value_or(std::string_view());
}

}  // namespace

Value EventParser::find(const Path& path, bool wants_source,
                        std::optional<std::string_view>& source) const {
  source.reset();
  Value value = root();
  std::array<std::size_t, 8> ordinals;
  std::size_t depth = 0;
  for (const Path::Step& step : path.steps) {
    const std::optional<Child> child = find_child(value, step);
    if (!child) return {};
    if (depth < ordinals.size()) ordinals[depth] = child->ordinal;
    depth++;
    value = child->value;
  }
  const bool is_rounded =
      value.kind == Kind::number && std::holds_alternative<double>(value.number);
  if (!wants_source && !is_rounded) return value;
  if (depth > ordinals.size()) {
    source = source_at(path);
    return value;
  }
  source = trimmed(state_->line);
  for (std::size_t i = 0; i < depth; i++) source = child_source(*source, ordinals[i]);
  return value;
}

std::optional<std::string_view> EventParser::source_at(const Path& path) const {
  Value value = root();
  std::string_view text = trimmed(state_->line);
  for (const Path::Step& step : path.steps) {
    const std::optional<Child> child = find_child(value, step);
    if (!child) return std::nullopt;
    text = child_source(text, child->ordinal);
    value = child->value;
  }
  return text;
}

Result<std::optional<std::string_view>> EventParser::key_at(const Path& path) const {
  const Value value = find(path);
  switch (value.kind) {
    case Kind::null:
      return std::optional<std::string_view>();
    case Kind::string:
      if (is_repaired() && has_lone_surrogate(source_at(path).value_or(""))) {
        return field_error(path, "has half a surrogate pair, which cannot be a key");
      }
      return std::optional(value.text);
    case Kind::false_:
    case Kind::true_:
    case Kind::number:
      return source_at(path);
    case Kind::array:
      return field_error(path, "is an array, which cannot be a key");
    case Kind::object:
      return field_error(path, "is an object, which cannot be a key");
  }
  return std::optional<std::string_view>();
}

Result<std::optional<Timestamp>> EventParser::time_at(const Path& path) const {
  const Value value = find(path);
  if (value.kind == Kind::null) return std::optional<Timestamp>();
  const auto* const integer = std::get_if<std::int64_t>(&value.number);
  // To look for a text costs more than to write it again.
  const bool is_integer = value.kind == Kind::number && integer != nullptr;
  const auto time = is_integer ? event_time(value, std::to_string(*integer))
                               : event_time(value, source_at(path).value_or(""));
  if (!time) return field_error(path, time.error().message);
  return std::optional(*time);
}

bool is_blank(std::string_view line) { return trimmed(line).empty(); }

}  // namespace estream::json
