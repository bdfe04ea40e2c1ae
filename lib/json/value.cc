#include "json/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "json/quote.h"

namespace estream::json {

namespace {

using Member = std::pair<std::string_view, simdjson::dom::element>;

std::int64_t count_elements(const Value& value) {
  // Not array.size(): simdjson stores it in 24 bits.
  const simdjson::dom::array array = array_of(value);
  return std::distance(array.begin(), array.end());
}

std::optional<Child> find_field(const Value& container, std::string_view name) {
  if (container.kind != Kind::object) return std::nullopt;
  std::optional<simdjson::dom::element> found;
  std::size_t found_ordinal = 0;
  std::size_t ordinal = 0;
  const simdjson::dom::object object = object_of(container);
  const auto end = object.end();
  for (auto field = object.begin(); field != end; ++field, ordinal++) {
    if (!field.key_equals(name)) continue;
    found = field.value();
    found_ordinal = ordinal;
  }
  if (!found) return std::nullopt;
  return Child{value_of(*found), found_ordinal};
}

std::optional<Child> find_element(const Value& container, std::int64_t index) {
  if (container.kind != Kind::array) return std::nullopt;
  if (index < 0) index += count_elements(container);
  if (index < 0) return std::nullopt;
  const simdjson::dom::array array = array_of(container);
  std::size_t ordinal = 0;
  for (const simdjson::dom::element element : array) {
    if (ordinal == static_cast<std::size_t>(index)) return Child{value_of(element), ordinal};
    ordinal++;
  }
  return std::nullopt;
}

// Sorted by name, each name once with its last value.
std::vector<Member> sorted_members(const Value& value) {
  std::vector<Member> members;
  for (const auto field : object_of(value)) members.emplace_back(field.key, field.value);
  std::ranges::stable_sort(members, {}, &Member::first);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < members.size(); i++) {
    const bool is_last = i + 1 == members.size() || members[i + 1].first != members[i].first;
    if (is_last) members[kept++] = members[i];
  }
  members.resize(kept);
  return members;
}

std::weak_ordering compare_arrays(const Value& a, const Value& b) {
  const simdjson::dom::array a_array = array_of(a);
  const simdjson::dom::array b_array = array_of(b);
  auto a_element = a_array.begin();
  auto b_element = b_array.begin();
  while (a_element != a_array.end() && b_element != b_array.end()) {
    const auto order = compare(value_of(*a_element), value_of(*b_element));
    if (order != 0) return order;
    ++a_element;
    ++b_element;
  }
  return (a_element != a_array.end()) <=> (b_element != b_array.end());
}

std::weak_ordering compare_objects(const Value& a, const Value& b) {
  const std::vector<Member> a_members = sorted_members(a);
  const std::vector<Member> b_members = sorted_members(b);
  const std::size_t shared = std::min(a_members.size(), b_members.size());
  for (std::size_t i = 0; i < shared; i++) {
    const auto order = a_members[i].first <=> b_members[i].first;
    if (order != 0) return order;
  }
  if (a_members.size() != b_members.size()) return a_members.size() <=> b_members.size();
  for (std::size_t i = 0; i < shared; i++) {
    const auto order = compare(value_of(a_members[i].second), value_of(b_members[i].second));
    if (order != 0) return order;
  }
  return std::weak_ordering::equivalent;
}

}  // namespace

simdjson::dom::object object_of(const Value& value) {
  simdjson::dom::object object;
  ASSERT(value.element.get(object) == simdjson::SUCCESS);
  return object;
}

simdjson::dom::array array_of(const Value& value) {
  simdjson::dom::array array;
  ASSERT(value.element.get(array) == simdjson::SUCCESS);
  return array;
}

Value value_of(const Number& number) {
  Value value;
  value.kind = Kind::number;
  value.number = number;
  return value;
}

Value value_of(std::string_view text) {
  Value value;
  value.kind = Kind::string;
  value.text = text;
  return value;
}

Value value_of_bool(bool truth) {
  Value value;
  value.kind = truth ? Kind::true_ : Kind::false_;
  return value;
}

Value value_of(simdjson::dom::element element) {
  using simdjson::dom::element_type;
  switch (element.type()) {
    case element_type::INT64:
      return value_of(Number(element.get_int64().value_unsafe()));
    case element_type::UINT64:
      return value_of(Number(element.get_uint64().value_unsafe()));
    case element_type::DOUBLE:
      return value_of(Number(element.get_double().value_unsafe()));
    case element_type::STRING:
      return value_of(element.get_string().value_unsafe());
    case element_type::BOOL:
      return value_of_bool(element.get_bool().value_unsafe());
    case element_type::ARRAY:
    case element_type::OBJECT:
      break;
    case element_type::NULL_VALUE:
      return {};
  }
  Value value;
  value.kind = element.type() == element_type::ARRAY ? Kind::array : Kind::object;
  value.element = element;
  return value;
}

std::optional<Child> find_child(const Value& container, const Path::Step& step) {
  if (const auto* const name = std::get_if<std::string>(&step)) {
    return find_field(container, *name);
  }
  return find_element(container, *std::get_if<std::int64_t>(&step));
}

Value find(const Value& root, const Path& path) {
  Value value = root;
  for (const Path::Step& step : path.steps) {
    const std::optional<Child> child = find_child(value, step);
    if (!child) return {};
    value = child->value;
  }
  return value;
}

std::weak_ordering compare(const Value& a, const Value& b) {
  if (a.kind != b.kind) return a.kind <=> b.kind;
  switch (a.kind) {
    case Kind::number:
      return compare(a.number, b.number);
    case Kind::string:
      return a.text <=> b.text;
    case Kind::array:
      return compare_arrays(a, b);
    case Kind::object:
      return compare_objects(a, b);
    case Kind::null:
    case Kind::false_:
    case Kind::true_:
      break;
  }
  return std::weak_ordering::equivalent;
}

std::int64_t length_of(const Value& value) {
  switch (value.kind) {
    case Kind::string:
      return std::ranges::count_if(value.text, [](char c) { return (c & 0xC0) != 0x80; });
    case Kind::array:
      return count_elements(value);
    case Kind::object:
      return std::ssize(sorted_members(value));
    default:
      return 0;
  }
}

std::string text_of(const Value& value) {
  std::string text;
  switch (value.kind) {
    case Kind::null:
      return "null";
    case Kind::false_:
      return "false";
    case Kind::true_:
      return "true";
    case Kind::number:
      return std::visit([](auto number) { return fmt::format("{}", number); }, value.number);
    case Kind::string:
      append_quoted(text, value.text);
      return text;
    default:
      return simdjson::minify(value.element);
  }
}

}  // namespace estream::json
