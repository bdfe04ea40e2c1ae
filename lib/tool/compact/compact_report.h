#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "io/output.h"
#include "log/maintenance/segment_rewriter.h"
#include "tool/compact/partition.h"
#include "tool/report/report.h"
#include "topic/topic_json.h"

namespace estream::tool {

// What was, or would be, done: a row for each partition, and in a table one for all of several.
class CompactReport {
 public:
  CompactReport(const ReportStyle& style, log::Effect effect, io::Output& output);

  Result<void> add(const PartitionReport& partition);
  // Nothing without a row. A preview says on stderr that it was one.
  Result<void> finish();

 private:
  ReportStyle style_;
  log::Effect effect_;
  io::Output* output_;
  Report report_;
  PartitionReport total_;
  std::int64_t rows_ = 0;
};

// What --set changed, or would change, in topics: a row for each setting.
class SettingsReport {
 public:
  SettingsReport(const ReportStyle& style, log::Effect effect, io::Output& output);

  Result<void> add(const std::string& topic, std::span<const topic::SettingChange> changes);
  // As that of CompactReport.
  Result<void> finish();

 private:
  log::Effect effect_;
  io::Output* output_;
  Report report_;
  std::int64_t rows_ = 0;
};

}  // namespace estream::tool
