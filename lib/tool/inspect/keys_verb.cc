#include <fmt/format.h>

#include <algorithm>

#include "json/event_parser.h"
#include "tool/inspect/key_counter.h"
#include "tool/inspect/scan.h"
#include "tool/inspect/verbs.h"

namespace estream::tool {

namespace {

constexpr std::size_t keys_max = 1'000'000;
constexpr std::int64_t rows_preset = 20;

// The key of an event, or the field of its value that was asked for; nothing where there is none.
class KeyOf {
 public:
  explicit KeyOf(const std::optional<json::Path>& field) : field_(&field) {}

  std::optional<std::string_view> operator()(const RecordView& record) {
    if (!*field_) return record.key;
    if (!record.value || !parser_.parse_copy(*record.value)) return std::nullopt;
    // Arrays and objects have no text of their own; they count as they are written.
    const auto text = parser_.key_at(**field_);
    return text ? *text : parser_.source_at(**field_);
  }

 private:
  const std::optional<json::Path>* field_;
  json::EventParser parser_;
};

// A count that may be too small is marked in a table, and told in a field of its own in JSON.
Cell counted(std::int64_t count, bool is_exact, const ReportStyle& style) {
  if (is_exact || style.is_json()) return count_cell(count);
  return figure_cell("~" + std::to_string(count));
}

Result<void> write_rows(const KeyCounter& counter, const InspectOptions& options,
                        io::Output& output) {
  using Shown = Column::Shown;
  Report report({{"records", "RECORDS"},
                 {"share", "SHARE%"},
                 {"exact", "EXACT", Shown::in_json},
                 {"key", "KEY"}},
                options.style, output);
  const auto rows = static_cast<std::size_t>(options.max_rows.value_or(rows_preset));
  const bool is_json = options.style.is_json();
  for (const KeyCounter::Row& row : counter.top(rows)) {
    const double share = static_cast<double>(row.count) /
                         static_cast<double>(std::max<std::int64_t>(counter.records(), 1));
    Cell key;
    if (row.key) key = is_json || !row.key->empty() ? text_cell(*row.key) : text_cell("\"\"");
    TRY(report.add({counted(row.count, row.is_exact, options.style),
                    ratio_cell(is_json ? share : share * 100), flag_cell(row.is_exact), key}));
  }
  return report.finish();
}

Result<void> write_total(const KeyCounter& counter, const InspectOptions& options,
                         io::Output& output) {
  if (options.style.is_json()) {
    std::string line;
    json::ObjectWriter(line)
        .number("distinct", counter.distinct())
        .boolean("exact", counter.is_exact())
        .number("records", counter.records())
        .end();
    return write_json_line(line, options.style, output);
  }
  if (options.style.heading == ReportStyle::Heading::hidden) return {};
  return output.write(fmt::format("{}{} different keys in {} records\n",
                                  counter.is_exact() ? "" : "~", counter.distinct(),
                                  counter.records()));
}

}  // namespace

Result<cli::ExitStatus> inspect_keys(io::System& system, const InspectOptions& options,
                                     io::Output& output) {
  KeyCounter counter(keys_max);
  KeyOf key_of(options.key_field);
  const auto count = [&](const RecordView& record) { counter.add(key_of(record)); };
  TRY(PartitionWalk(system, options).each([&](read::PartitionSource source) {
    return walk_records(std::move(source), options, count);
  }));
  TRY(write_rows(counter, options, output));
  TRY(write_total(counter, options, output));
  return cli::ExitStatus::done;
}

}  // namespace estream::tool
