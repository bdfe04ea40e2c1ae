#include "tool/inspect/inspect_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/printable.h"
#include "json/base64.h"
#include "json/quote.h"
#include "text/say.h"
#include "text/size.h"
#include "text/time.h"

namespace estream::tool {

namespace {

constexpr std::size_t block_rows = 2000;
constexpr std::string_view bold = "1";
constexpr std::string_view red = "31";

void append_json(std::string& out, const Column& column, const Cell& cell) {
  const bool is_binary = cell.kind == Cell::Kind::text && !json::is_utf8(cell.text);
  out += fmt::format("\"{}{}\":", column.name, is_binary ? "_b64" : "");
  switch (cell.kind) {
    case Cell::Kind::nothing:
      out += "null";
      break;
    case Cell::Kind::count:
    case Cell::Kind::size:
    case Cell::Kind::time:
    case Cell::Kind::age:
      out += std::to_string(cell.number);
      break;
    case Cell::Kind::ratio:
      out += fmt::format("{:.4g}", cell.ratio);
      break;
    case Cell::Kind::text:
      if (is_binary) {
        out += '"';
        json::append_base64(out, cell.text);
        out += '"';
      } else {
        json::append_quoted(out, cell.text);
      }
      break;
    case Cell::Kind::json:
      out += cell.text;
      break;
  }
}

}  // namespace

Cell count_cell(std::int64_t count) { return {.kind = Cell::Kind::count, .number = count}; }
Cell size_cell(std::int64_t bytes) { return {.kind = Cell::Kind::size, .number = bytes}; }

Cell time_cell(Timestamp time) {
  if (time == Timestamp{}) return {};
  return {.kind = Cell::Kind::time, .number = time.ms};
}

Cell age_cell(Timestamp time) {
  if (time == Timestamp{}) return {};
  return {.kind = Cell::Kind::age, .number = time.ms};
}

Cell ratio_cell(double ratio) { return {.kind = Cell::Kind::ratio, .ratio = ratio}; }

Cell text_cell(std::string_view text) {
  return {.kind = Cell::Kind::text, .text = std::string(text)};
}

Cell json_cell(std::string json) { return {.kind = Cell::Kind::json, .text = std::move(json)}; }

Report::Report(std::vector<Column> columns, const ReportStyle& style, io::Output& output)
    : columns_(std::move(columns)), style_(style), output_(&output) {
  const bool has_headings = style_.heading == ReportStyle::Heading::shown;
  for (const Column& column : columns_) {
    if (column.shown == Column::Shown::in_json) continue;
    widths_.push_back(has_headings ? std::string_view(column.heading).size() : 0);
  }
}

Result<void> Report::add(const std::vector<Cell>& cells) {
  ASSERT(cells.size() == columns_.size());
  if (style_.shape == ReportStyle::Shape::json) return add_json(cells);
  std::vector<Shown> row;
  for (std::size_t i = 0; i < cells.size(); i++) {
    if (columns_[i].shown != Column::Shown::in_json) row.push_back(shown(cells[i]));
  }
  rows_.push_back(std::move(row));
  if (rows_.size() >= block_rows) return write_block();
  return {};
}

Result<void> Report::add_json(const std::vector<Cell>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); i++) {
    if (columns_[i].shown == Column::Shown::in_table) continue;
    line += line.empty() ? '{' : ',';
    append_json(line, columns_[i], cells[i]);
  }
  line += '}';
  if (!style_.is_terminal) return output_->write(line + "\n");
  std::string shown;
  append_printable_json(shown, line);
  return output_->write(shown + "\n");
}

Report::Shown Report::shown(const Cell& cell) const {
  const bool is_raw = style_.sizes == ReportStyle::Sizes::in_bytes;
  switch (cell.kind) {
    case Cell::Kind::nothing:
      break;
    case Cell::Kind::count:
      return {std::to_string(cell.number), true, cell.tone};
    case Cell::Kind::size:
      return {is_raw ? std::to_string(cell.number) : short_size(cell.number), true, cell.tone};
    case Cell::Kind::time:
      return {text::format_time_rfc3339(cell.number), false, cell.tone};
    case Cell::Kind::age:
      return {short_duration(style_.now.ms - cell.number), true, cell.tone};
    case Cell::Kind::ratio:
      return {fmt::format("{:.2f}", cell.ratio), true, cell.tone};
    case Cell::Kind::text:
    case Cell::Kind::json:
      return {cell.text.empty() ? "-" : text::printable(cell.text), false, cell.tone};
  }
  return {"-", false, cell.tone};
}

bool Report::add_heading() {
  if (has_heading_ || style_.heading == ReportStyle::Heading::hidden) return false;
  has_heading_ = true;
  // Over numbers, headings stand to the right.
  std::vector<Shown> heading;
  for (const Column& column : columns_) {
    if (column.shown == Column::Shown::in_json) continue;
    const std::size_t at = heading.size();
    const bool is_right =
        std::ranges::any_of(rows_, [at](const auto& row) { return row[at].is_right; });
    heading.push_back({column.heading, is_right});
  }
  rows_.insert(rows_.begin(), std::move(heading));
  return true;
}

Result<void> Report::write_block() {
  const bool begins_with_heading = add_heading();
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); i++) {
      widths_[i] = std::max(widths_[i], text_columns(row[i].text));
    }
  }
  std::string out;
  for (const auto& row : rows_) {
    const bool is_heading = begins_with_heading && &row == &rows_.front();
    const std::string line = line_of(row);
    out += (is_heading ? painted(style_, bold, line) : line) + "\n";
  }
  rows_.clear();
  return output_->write(out);
}

std::string Report::line_of(const std::vector<Shown>& row) const {
  std::string line;
  for (std::size_t i = 0; i < row.size(); i++) {
    const std::string blanks(widths_[i] - text_columns(row[i].text), ' ');
    const bool is_last = i + 1 == row.size();
    const bool is_bad = row[i].tone == Cell::Tone::bad;
    if (i > 0) line += "  ";
    if (row[i].is_right) line += blanks;
    line += is_bad ? painted(style_, red, row[i].text) : row[i].text;
    if (!row[i].is_right && !is_last) line += blanks;
  }
  return line;
}

Result<void> Report::finish() {
  if (style_.shape == ReportStyle::Shape::json) return {};
  return write_block();
}

std::string short_duration(std::int64_t ms) {
  struct Unit {
    const char* name;
    std::int64_t ms;
  };
  constexpr std::array<Unit, 5> units = {
      {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
  if (ms < 0) return "-" + short_duration(ms == INT64_MIN ? INT64_MAX : -ms);
  for (std::size_t i = 0; i < units.size(); i++) {
    const Unit& unit = units.at(i);
    if (ms < unit.ms) continue;
    std::string text = std::to_string(ms / unit.ms) + unit.name;
    // Beyond ten days hours, and below a second's part, tell nobody anything.
    const bool is_enough = unit.ms <= 1000 || (i == 0 && ms / unit.ms >= 10);
    if (is_enough) return text;
    const std::int64_t rest = ms % unit.ms / units.at(i + 1).ms;
    return rest == 0 ? text : text + std::to_string(rest) + units.at(i + 1).name;
  }
  return "0s";
}

std::string short_size(std::int64_t bytes) {
  std::string text = text::format_size(bytes);
  std::erase(text, ' ');
  return text;
}

std::size_t text_columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string painted(const ReportStyle& style, std::string_view ansi, std::string_view text) {
  if (style.color == ReportStyle::Color::none) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", ansi, text);
}

}  // namespace estream::tool
