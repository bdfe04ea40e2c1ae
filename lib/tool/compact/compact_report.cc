#include "tool/compact/compact_report.h"

#include "text/say.h"

namespace estream::tool {

namespace {

using Shown = Column::Shown;

std::vector<Column> partition_columns() {
  return {{"topic", "TOPIC"},
          {"partition", "PARTITION"},
          {"dry_run", "DRY-RUN", Shown::in_json},
          {"segments", "SEGMENTS"},
          {"records", "RECORDS"},
          {"size", "SIZE"},
          {"first_offset", "FIRST-OFFSET"},
          {"deleted_segments", "DELETED", Shown::in_json},
          {"rewritten_segments", "REWRITTEN", Shown::in_json},
          {"held_segments", "HELD", Shown::in_json},
          {"held_by", "HELD-BY", Shown::in_json},
          {"left_in_active_segment", "LEFT", Shown::in_json},
          {"shared_segments", "SHARED", Shown::in_json},
          {"quarantined_files", "QUARANTINED", Shown::in_json},
          {"exact", "EXACT", Shown::in_json}};
}

std::vector<Column> setting_columns() {
  return {{"topic", "TOPIC"},
          {"dry_run", "DRY-RUN", Shown::in_json},
          {"setting", "SETTING"},
          {"before", "BEFORE"},
          {"after", "AFTER"}};
}

// What identifies the row, and the offset where its records begin, comes from the caller.
std::vector<Cell> row_of(const Cell& topic, const Cell& partition, const Cell& first_offset,
                         const PartitionReport& report, log::Effect effect) {
  const PartitionSize& before = report.before;
  const PartitionSize& after = report.after;
  return {topic,
          partition,
          flag_cell(effect == log::Effect::preview),
          change_of_count(before.segments, after.segments),
          change_of_count(before.records, after.records),
          change_of_size(before.bytes, after.bytes),
          first_offset,
          count_cell(report.deleted_segments),
          count_cell(report.rewritten_segments),
          count_cell(report.held_segments),
          report.held_by.empty() ? Cell() : text_cell(report.held_by),
          count_cell(report.left_records),
          count_cell(report.shared_segments),
          count_cell(report.quarantined_files),
          flag_cell(!report.is_lower_bound)};
}

void add_to(PartitionSize& sum, const PartitionSize& size) {
  sum.segments += size.segments;
  sum.records += size.records;
  sum.bytes += size.bytes;
}

void say_preview(log::Effect effect) {
  if (effect != log::Effect::preview) return;
  text::say(text::Level::note, "nothing was changed (--dry-run)");
}

}  // namespace

CompactReport::CompactReport(const ReportStyle& style, log::Effect effect, io::Output& output)
    : style_(style),
      effect_(effect),
      output_(&output),
      report_(partition_columns(), style, output) {}

Result<void> CompactReport::add(const PartitionReport& partition) {
  rows_++;
  add_to(total_.before, partition.before);
  add_to(total_.after, partition.after);
  total_.is_lower_bound = total_.is_lower_bound || partition.is_lower_bound;
  const Cell first_offset =
      change_of_count(partition.before.first_offset.value, partition.after.first_offset.value);
  TRY(report_.add(row_of(text_cell(partition.topic), count_cell(partition.partition), first_offset,
                         partition, effect_)));
  // Each line of JSON comes when its partition is done.
  return style_.is_json() ? output_->flush() : Result<void>();
}

Result<void> CompactReport::finish() {
  if (rows_ == 0) return {};
  if (rows_ > 1 && !style_.is_json()) {
    TRY(report_.add(row_of(text_cell("all"), Cell(), Cell(), total_, effect_)));
  }
  TRY(report_.finish());
  TRY(output_->flush());
  if (total_.is_lower_bound) {
    text::say(text::Level::note,
              "there are more keys than fit in memory at once: more records would be removed");
  }
  say_preview(effect_);
  return {};
}

SettingsReport::SettingsReport(const ReportStyle& style, log::Effect effect, io::Output& output)
    : effect_(effect), output_(&output), report_(setting_columns(), style, output) {}

Result<void> SettingsReport::add(const std::string& topic,
                                 std::span<const topic::SettingChange> changes) {
  for (const topic::SettingChange& change : changes) {
    rows_++;
    TRY(report_.add({text_cell(topic), flag_cell(effect_ == log::Effect::preview),
                     text_cell(change.name), json_cell(change.before), json_cell(change.after)}));
  }
  return {};
}

Result<void> SettingsReport::finish() {
  if (rows_ == 0) return {};
  TRY(report_.finish());
  TRY(output_->flush());
  say_preview(effect_);
  return {};
}

}  // namespace estream::tool
