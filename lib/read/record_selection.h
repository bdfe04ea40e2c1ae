#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/event_parser.h"
#include "query/filter.h"
#include "query/grep.h"
#include "record/record.h"
#include "record/record_place.h"

namespace estream::read {

// The user's filters; a record has to pass all of them. May be shared by threads.
struct RecordSelection {
  std::optional<std::string> key = {};  // The whole key.
  std::vector<query::Grep> greps = {};
  std::vector<query::Filter> filters = {};

  bool has_key(const RecordView& record) const { return !key || record.key == *key; }
  bool is_everything() const { return !key && greps.empty() && filters.empty(); }

  // Checks the cheap conditions first. Forgets the parser's last parse.
  bool matches(const RecordPlace& place, const RecordView& record,
               json::EventParser& parser) const {
    if (!has_key(record)) return false;
    for (const query::Grep& grep : greps) {
      if (!grep.matches(place, record)) return false;
    }
    for (const query::Filter& filter : filters) {
      if (!filter.matches(place, record, parser)) return false;
    }
    return true;
  }
};

}  // namespace estream::read
