#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/event_parser.h"
#include "json/filter.h"
#include "json/grep.h"
#include "json/record_place.h"
#include "record/record.h"

namespace estream::tool {

// The user's filters; a record has to pass all of them. May be shared by threads.
struct RecordSelection {
  std::optional<std::string> key = {};  // The whole key.
  std::vector<json::Grep> greps = {};
  std::vector<json::Filter> filters = {};

  bool is_everything() const { return !key && greps.empty() && filters.empty(); }

  // The cheap questions come first. Forgets the parser's last parse.
  bool matches(const json::RecordPlace& place, const RecordView& record,
               json::EventParser& parser) const {
    if (key && record.key != *key) return false;
    for (const json::Grep& grep : greps) {
      if (!grep.matches(place, record)) return false;
    }
    for (const json::Filter& filter : filters) {
      if (!filter.matches(place, record, parser)) return false;
    }
    return true;
  }
};

}  // namespace estream::tool
