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
  // At a terminal that is too narrow the column with the smallest number is left out first, and
  // then, from the right, those with 0. The first column always stays.
  int yields = 0;
};

// Writes rows as JSON lines or as a table. A table is aligned over blocks of many rows, so that
// memory stays bounded: the columns never become narrower from block to block.
class Report {
 public:
  Report(std::vector<Column> columns, const ReportStyle& style, io::Output& output);

  // As many cells as there are columns, in their order.
  Result<void> add(const std::vector<Cell>& cells);
  // That there are so many rows more, which are not added.
  void leave_out_rows(std::int64_t count) { left_out_rows_ += count; }
  // What is left to be written; without any row, the headings alone. A table says what it has left
  // out.
  Result<void> finish();

 private:
  struct Shown {
    std::string text;
    Cell::Tone tone = Cell::Tone::plain;
  };
  struct TableColumn {
    const char* heading;
    int yields = 0;
    std::size_t width = 0;
    bool has_numbers = false;  // Then all in it stands to the right.
    bool is_left_out = false;
  };

  Result<void> add_json(const std::vector<Cell>& cells);
  bool add_heading();
  std::string line_of(const std::vector<Shown>& row) const;
  void leave_out_columns();
  Result<void> write_block();
  Result<void> write_left_out();

  std::vector<Column> columns_;
  ReportStyle style_;
  io::Output* output_;
  std::vector<std::vector<Shown>> rows_;
  std::vector<TableColumn> table_;
  bool is_begun_ = false;
  std::int64_t row_count_ = 0;
  std::int64_t left_out_rows_ = 0;
};

// The answer of -c: a number alone, or the object that has it.
Result<void> write_count(std::int64_t records, bool is_json, io::Output& output);

// One object as a line, for what is no row of a table. At a terminal it is harmless.
Result<void> write_json_line(const std::string& object, const ReportStyle& style,
                             io::Output& output);

}  // namespace estream::tool
