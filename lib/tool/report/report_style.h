#pragma once

#include <string>
#include <string_view>

#include "base/types.h"
#include "base/zone.h"

namespace estream::tool {

// How reports look.
struct ReportStyle {
  enum class Shape {
    table,  // For people: headings, aligned columns, sizes and ages in units.
    json,   // For programs: one object a line.
  };
  enum class Heading { shown, hidden };
  enum class Sizes { in_units, in_bytes };
  enum class Color { none, ansi };

  Shape shape = Shape::table;
  Heading heading = Heading::shown;
  Sizes sizes = Sizes::in_units;
  Color color = Color::none;
  bool is_terminal = false;   // Standard output is one.
  bool draws_blocks = false;  // And can show characters beyond ASCII.
  int width = 0;              // Of the terminal, in columns; 0 when nobody knows.
  int height = 0;             // The same in rows.
  int rows_max = 0;           // A table has no more rows; 0 is no limit.
  Timestamp now = {};
  Zone zone = Zone::utc;  // Of the times in a table.

  bool is_json() const { return shape == Shape::json; }
};

// For standard output as it is, without colours.
ReportStyle report_style(ReportStyle::Shape shape, Zone zone);

// `text` in bold, red and so on, if the style has colours.
std::string painted(const ReportStyle& style, std::string_view ansi, std::string_view text);

}  // namespace estream::tool
