#include "tool/report/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <string_view>
#include <utility>

#include "base/printable.h"

namespace estream::tool {

namespace {

constexpr std::size_t block_rows = 2000;
constexpr std::string_view bold = "1";
constexpr std::string_view red = "31";
constexpr std::string_view gap = "  ";  // Between columns.

// How many columns a text takes, each character counted as one.
std::size_t text_columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

Report::Report(std::vector<Column> columns, const ReportStyle& style, io::Output& output)
    : columns_(std::move(columns)), style_(style), output_(&output) {
  for (const Column& column : columns_) {
    if (column.shown != Column::Shown::in_json) table_.push_back({column.heading, column.yields});
  }
}

Result<void> Report::add(const std::vector<Cell>& cells) {
  ASSERT(cells.size() == columns_.size());
  if (style_.is_json()) return add_json(cells);
  if (style_.rows_max > 0 && row_count_ >= style_.rows_max) {
    leave_out_rows(1);
    return {};
  }
  row_count_++;
  std::vector<Shown> row;
  for (std::size_t i = 0; i < cells.size(); i++) {
    if (columns_[i].shown == Column::Shown::in_json) continue;
    TableColumn& column = table_[row.size()];
    column.has_numbers = column.has_numbers || cells[i].is_number();
    row.push_back({shown(cells[i], style_), cells[i].tone});
  }
  rows_.push_back(std::move(row));
  if (rows_.size() >= block_rows) return write_block();
  return {};
}

Result<void> Report::add_json(const std::vector<Cell>& cells) {
  std::string line;
  json::ObjectWriter object(line);
  for (std::size_t i = 0; i < cells.size(); i++) {
    if (columns_[i].shown == Column::Shown::in_table) continue;
    write_field(object, columns_[i].name, cells[i]);
  }
  object.end();
  return write_json_line(line, style_, *output_);
}

bool Report::add_heading() {
  if (is_begun_ || style_.heading == ReportStyle::Heading::hidden) return false;
  std::vector<Shown> heading;
  for (const TableColumn& column : table_) heading.push_back({column.heading});
  rows_.insert(rows_.begin(), std::move(heading));
  return true;
}

Result<void> Report::write_block() {
  const bool begins_with_heading = add_heading();
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); i++) {
      table_[i].width = std::max(table_[i].width, text_columns(row[i].text));
    }
  }
  if (!std::exchange(is_begun_, true)) leave_out_columns();
  std::string out;
  for (const auto& row : rows_) {
    const bool is_heading = begins_with_heading && &row == &rows_.front();
    const std::string line = line_of(row);
    out += (is_heading ? painted(style_, bold, line) : line) + "\n";
  }
  rows_.clear();
  return output_->write(out);
}

// Until a line fits into the terminal: first the columns that yield, then the last ones, but never
// the first.
void Report::leave_out_columns() {
  if (!style_.is_terminal || style_.width == 0) return;
  for (;;) {
    std::size_t columns = 0;
    TableColumn* spared = nullptr;
    for (TableColumn& column : table_) {
      if (column.is_left_out) continue;
      columns += column.width + gap.size();
      if (&column == &table_.front()) continue;
      const int order = column.yields == 0 ? INT_MAX : column.yields;
      const int least = spared == nullptr || spared->yields == 0 ? INT_MAX : spared->yields;
      if (spared == nullptr || order <= least) spared = &column;
    }
    if (columns <= static_cast<std::size_t>(style_.width) + gap.size()) return;
    if (spared == nullptr) return;
    spared->is_left_out = true;
  }
}

std::string Report::line_of(const std::vector<Shown>& row) const {
  std::string line;
  std::string owed;  // Blanks, if more comes.
  for (std::size_t i = 0; i < row.size(); i++) {
    if (table_[i].is_left_out) continue;
    const std::string blanks(table_[i].width - text_columns(row[i].text), ' ');
    line += owed;
    if (table_[i].has_numbers) line += blanks;
    const bool is_bad = row[i].tone == Cell::Tone::bad;
    line += is_bad ? painted(style_, red, row[i].text) : row[i].text;
    owed = (table_[i].has_numbers ? "" : blanks) + std::string(gap);
  }
  return line;
}

Result<void> Report::write_left_out() {
  const auto verb = [](std::int64_t count) { return count == 1 ? " does" : "s do"; };
  std::string out;
  if (left_out_rows_ > 0) {
    out += fmt::format("{} more row{} not fit\n", left_out_rows_, verb(left_out_rows_));
  }
  const std::int64_t columns = std::ranges::count_if(table_, &TableColumn::is_left_out);
  if (columns > 0 && style_.heading == ReportStyle::Heading::shown) {
    out += fmt::format("{} column{} not fit; -j has all\n", columns, verb(columns));
  }
  return out.empty() ? Result<void>() : output_->write(out);
}

Result<void> Report::finish() {
  if (style_.is_json()) return {};
  TRY(write_block());
  return write_left_out();
}

Result<void> write_count(std::int64_t records, bool is_json, io::Output& output) {
  if (!is_json) return output.write(std::to_string(records) + "\n");
  std::string line;
  json::ObjectWriter(line).number("records", records).end();
  return output.write(line + "\n");
}

Result<void> write_json_line(const std::string& object, const ReportStyle& style,
                             io::Output& output) {
  if (!style.is_terminal) return output.write(object + "\n");
  std::string harmless;
  append_printable_json(harmless, object);
  return output.write(harmless + "\n");
}

}  // namespace estream::tool
