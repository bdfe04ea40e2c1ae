#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "io/output.h"

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
  int width = 80;             // Of the terminal, in columns.
  Timestamp now = {};
};

// One value of a report.
struct Cell {
  enum class Kind { nothing, count, size, time, age, ratio, text, json };
  enum class Tone { plain, bad };

  Kind kind = Kind::nothing;
  std::int64_t number = 0;  // Of count, size in bytes, time and age in milliseconds since 1970.
  double ratio = 0;
  std::string text = {};  // Of text, any bytes; and of json, a valid value.
  Tone tone = Tone::plain;
};

Cell count_cell(std::int64_t count);
Cell size_cell(std::int64_t bytes);
// Nothing for a time that is none.
Cell time_cell(Timestamp time);
// The same instant, which a table shows as the time that has passed since.
Cell age_cell(Timestamp time);
Cell ratio_cell(double ratio);
Cell text_cell(std::string_view text);
Cell json_cell(std::string json);

// A field of each object, a column of the table.
struct Column {
  enum class Shown { everywhere, in_json, in_table };

  const char* name;     // In JSON: "first_ts".
  const char* heading;  // In a table, without spaces: "FIRST".
  Shown shown = Shown::everywhere;
};

// Writes rows as JSON lines or as a table. A table is aligned over blocks of many rows, so that
// memory stays bounded: the columns never become narrower from block to block.
class Report {
 public:
  Report(std::vector<Column> columns, const ReportStyle& style, io::Output& output);

  // As many cells as there are columns, in their order.
  Result<void> add(const std::vector<Cell>& cells);
  // What is left to be written; without any row, the headings alone.
  Result<void> finish();

 private:
  struct Shown {
    std::string text;
    bool is_right = false;
    Cell::Tone tone = Cell::Tone::plain;
  };

  Result<void> add_json(const std::vector<Cell>& cells);
  Shown shown(const Cell& cell) const;
  bool add_heading();
  std::string line_of(const std::vector<Shown>& row) const;
  Result<void> write_block();

  std::vector<Column> columns_;
  ReportStyle style_;
  io::Output* output_;
  std::vector<std::vector<Shown>> rows_;
  std::vector<std::size_t> widths_;  // Of the table's columns.
  bool has_heading_ = false;
};

// "1h30m", "45s", "12d": two units at most, for people.
std::string short_duration(std::int64_t ms);

// "1.9MiB": in one word, for a column of a table.
std::string short_size(std::int64_t bytes);

// How many columns a text takes, each character counted as one.
std::size_t text_columns(std::string_view text);

// `text` in bold, red and so on, if the style has colours.
std::string painted(const ReportStyle& style, std::string_view ansi, std::string_view text);

}  // namespace estream::tool
