#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.h"
#include "json/object_writer.h"
#include "tool/report/report_style.h"

namespace estream::tool {

// One value of a report.
struct Cell {
  enum class Kind { nothing, count, size, duration, time, age, ratio, figure, text, json };
  enum class Tone { plain, bad };

  Kind kind = Kind::nothing;
  // Of count, size in bytes, duration in milliseconds, time and age in milliseconds since 1970.
  std::int64_t number = 0;
  std::optional<std::int64_t> after = {};  // Of a count or size that changes: what it becomes.
  double ratio = 0;
  std::string text = {};  // Of figure; of text, any bytes; and of json, a valid value.
  Tone tone = Tone::plain;

  // Numbers stand to the right in their columns.
  bool is_number() const;
};

Cell count_cell(std::int64_t count);
Cell size_cell(std::int64_t bytes);
Cell duration_cell(std::int64_t ms);
// Nothing for a time that is none.
Cell time_cell(Timestamp time);
// The same instant, which a table shows as the time that has passed since.
Cell age_cell(Timestamp time);
Cell ratio_cell(double ratio);
// A number as a text for a table: "~12".
Cell figure_cell(std::string figure);
// One word in a table, "3->1", or "3" where it stays; in JSON the fields NAME_before, NAME_after.
Cell change_of_count(std::int64_t before, std::int64_t after);
Cell change_of_size(std::int64_t before, std::int64_t after);
Cell text_cell(std::string_view text);
Cell json_cell(std::string json);
// For JSON: true or false.
Cell flag_cell(bool is_set);

// For a table. A number or a time is one word; foreign text may have blanks, and is made harmless.
std::string shown(const Cell& cell, const ReportStyle& style);

// For JSON: as a field of an object, or as two.
void write_field(json::ObjectWriter& object, std::string_view name, const Cell& cell);

}  // namespace estream::tool
