#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "json/quote.h"
#include "text/say.h"
#include "tool/inspect/scan.h"
#include "tool/inspect/schema_table.h"
#include "tool/inspect/verbs.h"

namespace estream::tool {

namespace {

using Field = SchemaTable::Field;

std::string types_of(const Field& field) {
  std::string text;
  for (const auto& [type, count] : field.types) text += (text.empty() ? "" : "|") + type;
  return text;
}

std::string quoted(const std::string& text) {
  std::string out;
  json::append_quoted(out, text);
  return out;
}

// A number, or a string if there was never a number; as JSON.
Cell bound_cell(const std::optional<json::Number>& number, const std::optional<std::string>& text) {
  if (number) {
    return json_cell(std::visit([](auto value) { return fmt::format("{}", value); }, *number));
  }
  if (text) return json_cell(quoted(*text));
  return {};
}

std::string types_json(const Field& field) {
  std::string text;
  json::ObjectWriter object(text);
  for (const auto& [type, count] : field.types) object.number(type, count);
  object.end();
  return text;
}

Result<void> write_rows(const SchemaTable& schema, const InspectOptions& options,
                        io::Output& output) {
  Report report({{"path", "PATH"},
                 {"types", "TYPES"},
                 {"share", "PRESENT%"},
                 {"min", "MIN"},
                 {"max", "MAX"},
                 {"example", "EXAMPLE"}},
                options.style, output);
  const bool is_json = options.style.is_json();
  std::int64_t rows = 0;
  for (const auto& [path, field] : schema.fields()) {
    if (options.max_rows && rows++ >= *options.max_rows) break;
    const double share = static_cast<double>(field.present) /
                         static_cast<double>(std::max<std::int64_t>(schema.events(), 1));
    TRY(report.add({text_cell(path),
                    is_json ? json_cell(types_json(field)) : text_cell(types_of(field)),
                    ratio_cell(is_json ? share : share * 100),
                    bound_cell(field.least_number, field.least_text),
                    bound_cell(field.greatest_number, field.greatest_text),
                    field.example.empty() ? Cell() : json_cell(field.example)}));
  }
  return report.finish();
}

}  // namespace

Result<cli::ExitStatus> inspect_schema(io::System& system, const InspectOptions& options,
                                       io::Output& output) {
  SchemaTable schema;
  const auto add = [&](const RecordView& record) { schema.add(record.value); };
  TRY(PartitionWalk(system, options).each([&](read::PartitionSource source) {
    return walk_records(std::move(source), options, add);
  }));
  TRY(write_rows(schema, options, output));
  if (!schema.is_complete()) {
    text::say(
        text::Level::warning,
        "schema: some fields are not shown: there are too many, or they are nested too deeply");
  }
  return cli::ExitStatus::done;
}

}  // namespace estream::tool
