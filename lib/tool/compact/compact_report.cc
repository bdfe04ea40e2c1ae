#include "tool/compact/compact_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "text/size.h"

namespace estream::tool {

namespace {

using Json = nlohmann::ordered_json;
using Row = std::array<std::string, 5>;

std::string change(const std::string& before, const std::string& after) {
  return before == after ? before : before + " -> " + after;
}

Row row_of(const std::string& name, const PartitionReport& report) {
  const PartitionSize& before = report.before;
  const PartitionSize& after = report.after;
  using text::format_count;
  using text::format_size;
  return {
      name, change(format_count(before.segments), format_count(after.segments)),
      change(format_count(before.records), format_count(after.records)),
      change(format_size(before.bytes), format_size(after.bytes)),
      change(std::to_string(before.first_offset.value), std::to_string(after.first_offset.value))};
}

void add(PartitionSize& sum, const PartitionSize& size) {
  sum.segments += size.segments;
  sum.records += size.records;
  sum.bytes += size.bytes;
}

}  // namespace

std::string report_table(std::span<const PartitionReport> reports, log::Effect effect) {
  std::vector<Row> rows = {{"PARTITION", "SEGMENTS", "EVENTS", "SIZE", "FIRST OFFSET"}};
  PartitionReport total;
  for (const PartitionReport& report : reports) {
    rows.push_back(row_of(fmt::format("{}/{}", report.topic, report.partition), report));
    add(total.before, report.before);
    add(total.after, report.after);
  }
  if (reports.size() > 1) {
    rows.push_back(row_of("all", total));
    rows.back().back().clear();
  }
  std::array<std::size_t, std::tuple_size_v<Row>> widths = {};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); i++) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); i++) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  const bool is_lower_bound = std::ranges::any_of(reports, &PartitionReport::is_lower_bound);
  if (is_lower_bound) text += "There are more keys than fit in memory at once: more would go.\n";
  if (effect == log::Effect::preview) text += "Nothing was changed (--dry-run).\n";
  return text;
}

std::string report_json(const PartitionReport& report, log::Effect effect) {
  const Json line = {{"topic", report.topic},
                     {"partition", report.partition},
                     {"dry_run", effect == log::Effect::preview},
                     {"segments_before", report.before.segments},
                     {"segments_after", report.after.segments},
                     {"records_before", report.before.records},
                     {"records_after", report.after.records},
                     {"bytes_before", report.before.bytes},
                     {"bytes_after", report.after.bytes},
                     {"first_offset_before", report.before.first_offset.value},
                     {"first_offset_after", report.after.first_offset.value},
                     {"deleted_segments", report.deleted_segments},
                     {"rewritten_segments", report.rewritten_segments},
                     {"left_in_active_segment", report.left_records},
                     {"shared_segments", report.shared_segments},
                     {"quarantined_files", report.quarantined_files},
                     {"is_lower_bound", report.is_lower_bound}};
  return line.dump() + "\n";
}

std::string settings_text(const std::string& topic, std::span<const topic::SettingChange> changes) {
  std::string text;
  for (const topic::SettingChange& one : changes) {
    text += fmt::format("{}: {} {}\n", topic, one.name, change(one.before, one.after));
  }
  return text;
}

std::string settings_json(const std::string& topic, std::span<const topic::SettingChange> changes,
                          log::Effect effect) {
  std::string text;
  for (const topic::SettingChange& one : changes) {
    const Json line = {{"topic", topic},
                       {"dry_run", effect == log::Effect::preview},
                       {"setting", one.name},
                       {"before", Json::parse(one.before)},
                       {"after", Json::parse(one.after)}};
    text += line.dump() + "\n";
  }
  return text;
}

}  // namespace estream::tool
