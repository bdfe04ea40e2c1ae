#pragma once

#include <span>
#include <string>

#include "log/maintenance/segment_rewriter.h"
#include "tool/compact/partition.h"
#include "topic/topic_json.h"

namespace estream::tool {

// The report for people: a table, one line a partition and one for all of several.
std::string report_table(std::span<const PartitionReport> reports, log::Effect effect);

// One line of JSON about a partition.
std::string report_json(const PartitionReport& report, log::Effect effect);

// What --set changed in a topic, for people and as JSON: one line each.
std::string settings_text(const std::string& topic, std::span<const topic::SettingChange> changes);
std::string settings_json(const std::string& topic, std::span<const topic::SettingChange> changes,
                          log::Effect effect);

}  // namespace estream::tool
