#include "tool/report/cell.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "base/rfc3339.h"
#include "text/duration.h"
#include "text/say.h"
#include "text/size.h"

namespace estream::tool {

namespace {

using Kind = Cell::Kind;
using Milliseconds = std::chrono::duration<double, std::milli>;

// Two timestamps may be further from each other than a whole number says.
std::string age_text(Timestamp now, std::int64_t ms) {
  return text::format_duration(Milliseconds(static_cast<double>(now.ms)) -
                               Milliseconds(static_cast<double>(ms)));
}

std::string amount(const Cell& cell, std::int64_t number, const ReportStyle& style) {
  const bool is_in_units = cell.kind == Kind::size && style.sizes == ReportStyle::Sizes::in_units;
  return is_in_units ? text::format_size(number) : std::to_string(number);
}

std::string amounts(const Cell& cell, const ReportStyle& style) {
  std::string text = amount(cell, cell.number, style);
  if (cell.after && *cell.after != cell.number) text += "->" + amount(cell, *cell.after, style);
  return text;
}

void write_change(json::ObjectWriter& object, std::string_view name, const Cell& cell) {
  object.number(std::string(name) + "_before", cell.number);
  object.number(std::string(name) + "_after", *cell.after);
}

}  // namespace

bool Cell::is_number() const {
  switch (kind) {
    case Kind::count:
    case Kind::size:
    case Kind::duration:
    case Kind::age:
    case Kind::ratio:
    case Kind::figure:
      return true;
    case Kind::nothing:
    case Kind::time:
    case Kind::text:
    case Kind::json:
      break;
  }
  return false;
}

Cell count_cell(std::int64_t count) { return {.kind = Kind::count, .number = count}; }
Cell size_cell(std::int64_t bytes) { return {.kind = Kind::size, .number = bytes}; }
Cell duration_cell(std::int64_t ms) { return {.kind = Kind::duration, .number = ms}; }

Cell time_cell(Timestamp time) {
  if (time == Timestamp{}) return {};
  return {.kind = Kind::time, .number = time.ms};
}

Cell age_cell(Timestamp time) {
  if (time == Timestamp{}) return {};
  return {.kind = Kind::age, .number = time.ms};
}

Cell ratio_cell(double ratio) { return {.kind = Kind::ratio, .ratio = ratio}; }

Cell figure_cell(std::string figure) { return {.kind = Kind::figure, .text = std::move(figure)}; }

Cell change_of_count(std::int64_t before, std::int64_t after) {
  return {.kind = Kind::count, .number = before, .after = after};
}

Cell change_of_size(std::int64_t before, std::int64_t after) {
  return {.kind = Kind::size, .number = before, .after = after};
}

Cell text_cell(std::string_view text) { return {.kind = Kind::text, .text = std::string(text)}; }

Cell json_cell(std::string json) { return {.kind = Kind::json, .text = std::move(json)}; }

Cell flag_cell(bool is_set) { return json_cell(is_set ? "true" : "false"); }

std::string shown(const Cell& cell, const ReportStyle& style) {
  switch (cell.kind) {
    case Kind::nothing:
      break;
    case Kind::count:
    case Kind::size:
      return amounts(cell, style);
    case Kind::duration:
      return text::format_duration(std::chrono::milliseconds(cell.number));
    case Kind::time:
      return rfc3339(cell.number, style.zone);
    case Kind::age:
      return age_text(style.now, cell.number);
    case Kind::ratio:
      return fmt::format("{:.2f}", cell.ratio);
    case Kind::figure:
    case Kind::text:
    case Kind::json:
      return cell.text.empty() ? "-" : text::printable(cell.text);
  }
  return "-";
}

void write_field(json::ObjectWriter& object, std::string_view name, const Cell& cell) {
  if (cell.after) return write_change(object, name, cell);
  switch (cell.kind) {
    case Kind::nothing:
      object.text(name, std::nullopt);
      break;
    case Kind::count:
    case Kind::size:
    case Kind::duration:
    case Kind::time:
    case Kind::age:
      object.number(name, cell.number);
      break;
    case Kind::ratio:
      object.ratio(name, cell.ratio);
      break;
    case Kind::figure:
    case Kind::text:
      object.text(name, cell.text);
      break;
    case Kind::json:
      object.json(name, cell.text);
      break;
  }
}

}  // namespace estream::tool
