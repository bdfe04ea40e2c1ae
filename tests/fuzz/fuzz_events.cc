// JSON lines: simdjson, the slow check of lib/json and nlohmann's parser agree on what is JSON and
// on what it means, but for the differences that event_parser.h names.
#include <nlohmann/json.hpp>

#include "fuzz/fuzz.h"
#include "fuzz/memory_meter.h"
#include "json/event_parser.h"
#include "json/repair.h"
#include "json/source.h"
#include "json/syntax_check.h"
#include "json/value.h"

using namespace estream;
using namespace estream::fuzz;
using Tree = nlohmann::json;

namespace {

Mark accepted("events", "an object with fields is accepted");
Mark repaired("events", "JSON that simdjson refuses is accepted");
Mark deep("events", "nesting beyond the limit is refused");
Mark refused("events", "a text is refused");

constexpr std::size_t small_depth = 20;

// nlohmann's parser takes a byte order mark, any depth, and a NUL for the end.
void check_acceptance(std::string_view text, bool is_accepted) {
  const bool is_json_elsewhere = text.find('\0') == text.npos && Tree::accept(text);
  if (is_accepted && !is_json_elsewhere) {
    repaired.reach();
    PROPERTY(Tree::accept(json::repaired_for_simdjson(text)));
  }
  if (!is_accepted && is_json_elsewhere) {
    const bool has_mark = text.starts_with("\xEF\xBB\xBF");
    const auto reason = json::first_fault(text, json::depth_max);
    PROPERTY(has_mark || (reason && reason->reason == "nested too deeply"));
  }
}

void check_number(const json::Number& number, const Tree& reference) {
  if (reference.is_number_float()) {
    const double expected = reference.get<double>();
    const double* found = std::get_if<double>(&number);
    // simdjson and strtod round alike: the nearest double.
    PROPERTY(found != nullptr && *found == expected);
  } else if (reference.is_number_unsigned() &&
             reference.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
    PROPERTY(*std::get_if<std::uint64_t>(&number) == reference.get<std::uint64_t>());
  } else {
    PROPERTY(*std::get_if<std::int64_t>(&number) == reference.get<std::int64_t>());
  }
}

void check_value(const json::EventParser& parser, const json::Path& path, const Tree& reference) {
  using json::Kind;
  const json::Value value = parser.find(path);
  const auto source = parser.source_at(path);
  PROPERTY(source.has_value());
  PROPERTY(Tree::parse(*source, nullptr, false) == reference);
  switch (value.kind) {
    case Kind::null:
      return PROPERTY(reference.is_null());
    case Kind::false_:
    case Kind::true_:
      return PROPERTY(reference == Tree(value.kind == Kind::true_));
    case Kind::number:
      PROPERTY(reference.is_number());
      return check_number(value.number, reference);
    case Kind::string:
      PROPERTY(reference.is_string() && reference.get_ref<const std::string&>() == value.text);
      break;
    case Kind::array:
    case Kind::object:
      PROPERTY(reference.is_structured());
      PROPERTY(json::length_of(value) == static_cast<std::int64_t>(reference.size()));
  }
  const auto key = parser.key_at(path);
  PROPERTY(key.has_value() == !reference.is_structured());
}

// Every value, each by its own path. Of equal names the last counts, in both.
void check_values(const json::EventParser& parser, json::Path& path, const Tree& reference,
                  int& budget) {
  if (budget-- <= 0) return;
  check_value(parser, path, reference);
  if (reference.is_object()) {
    for (const auto& [name, child] : reference.items()) {
      path.steps.emplace_back(name);
      check_values(parser, path, child, budget);
      path.steps.pop_back();
    }
  } else if (reference.is_array()) {
    for (std::size_t i = 0; i < reference.size(); i++) {
      path.steps.emplace_back(static_cast<std::int64_t>(i));
      check_values(parser, path, reference[i], budget);
      path.steps.back() =
          static_cast<std::int64_t>(i) - static_cast<std::int64_t>(reference.size());
      check_value(parser, path, reference[i]);
      path.steps.pop_back();
    }
  }
}

void check_limit(std::string_view text) {
  json::EventParser parser(small_depth);
  const bool is_accepted = parser.parse_copy(text).has_value();
  const auto fault = json::first_fault(text, small_depth);
  PROPERTY(is_accepted == !fault);
  if (fault && fault->reason == "nested too deeply") deep.reach();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const MemoryMeter meter;
  json::EventParser parser;
  const auto outcome = parser.parse_copy(text);
  PROPERTY(meter.peak_bytes() <= 64 * text.size() + (1 << 20));
  const bool is_blank = json::is_blank(text);
  const auto fault = json::first_fault(text, json::depth_max);
  PROPERTY(outcome.has_value() == !fault);
  check_acceptance(text, outcome.has_value());
  check_limit(text);
  if (!outcome) {
    refused.reach();
    const std::string& message = outcome.error().message;
    PROPERTY(outcome.error().code == Error::Code::data);
    PROPERTY(is_blank ? message == "blank line" : message.starts_with("not JSON: "));
    return 0;
  }
  PROPERTY(parser.source_at({}) == json::trimmed(text));
  const Tree reference = Tree::parse(text, nullptr, false);
  if (reference.is_discarded()) return 0;
  if (reference.is_object() && !reference.empty()) accepted.reach();
  json::Path path;
  int budget = 200;
  check_values(parser, path, reference, budget);
  return 0;
}
