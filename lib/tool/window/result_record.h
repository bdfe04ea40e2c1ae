#pragma once

#include <string>

#include "record/record.h"
#include "window/results.h"
#include "window/settings.h"

namespace estream::tool {

// Results as records:
//
//   key        the group's: text as it is, any other as JSON, null for none. With updates the JSON
//              array [key, from], so that a topic that is compacted by keys has the newest line of
//              each window
//   value      the line; null for a session that is a part of another one now
//   timestamp  that of the result
//   headers    estream.window: "tumble 2026-11-20T14:03:00.000Z/2026-11-20T14:04:00.000Z"
class ResultRecords {
 public:
  explicit ResultRecords(const window::Settings& settings) : settings_(&settings) {}

  // Valid until the next call, and as long as the result.
  RecordView record_of(const window::WindowResult& result);

 private:
  const std::string& headers_of(Timestamp from, Timestamp to);

  const window::Settings* settings_;
  std::string key_;
  // Of the bounds, which most results of one step have in common.
  std::string headers_;
  Timestamp from_;
  Timestamp to_;
};

}  // namespace estream::tool
