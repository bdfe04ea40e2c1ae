#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "io/output.h"
#include "tool/report/cell.h"
#include "tool/report/report_style.h"

namespace estream::tool {

// A field of each object, a column of the table.
struct Column {
  enum class Shown { everywhere, in_json, in_table };

  const char* name;     // In JSON: "first_ts". The names are listed in estream(7).
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
    Cell::Tone tone = Cell::Tone::plain;
  };
  struct TableColumn {
    const char* heading;
    std::size_t width = 0;
    bool has_numbers = false;  // Then all in it stands to the right.
  };

  Result<void> add_json(const std::vector<Cell>& cells);
  bool add_heading();
  std::string line_of(const std::vector<Shown>& row) const;
  Result<void> write_block();

  std::vector<Column> columns_;
  ReportStyle style_;
  io::Output* output_;
  std::vector<std::vector<Shown>> rows_;
  std::vector<TableColumn> table_;
  bool has_heading_ = false;
};

// The answer of -c: a number alone, or the object that has it.
Result<void> write_count(std::int64_t records, bool is_json, io::Output& output);

// One object as a line, for what is no row of a table. At a terminal it is harmless.
Result<void> write_json_line(const std::string& object, const ReportStyle& style,
                             io::Output& output);

}  // namespace estream::tool
