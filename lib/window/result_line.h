#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/types.h"
#include "base/zone.h"
#include "json/object_writer.h"
#include "window/aggregation.h"
#include "window/row.h"

namespace estream::window {

// Builds the line of one result after the other, always in the same memory:
//
//   line.begin(key).time("from", from).time("to", to).fields(state).end()
//
//   {"key":"s17","from":"2026-11-20T14:03:00.000Z","to":"2026-11-20T14:04:00.000Z","n":60}
//
// A text key that is not UTF-8 is "key_b64".
class ResultLine {
 public:
  ResultLine(Zone zone, const Aggregation& aggregation) : zone_(zone), aggregation_(aggregation) {}
  ResultLine(const ResultLine&) = delete;
  ResultLine& operator=(const ResultLine&) = delete;

  ResultLine& begin(const GroupKey& key);
  ResultLine& time(std::string_view name, Timestamp time);
  // What the aggregation says about the state.
  ResultLine& fields(const std::byte* state);
  // The caller may add other fields.
  json::ObjectWriter& writer() { return writer_; }
  // The line is valid until the next begin().
  std::string_view end();

 private:
  // Most results of one step have the same bounds.
  struct KnownTime {
    Timestamp time;
    std::string json;  // Empty: none yet.
  };
  const std::string& json_of(Timestamp time);

  Zone zone_;
  const Aggregation& aggregation_;
  std::string line_;
  json::ObjectWriter writer_{line_};
  std::array<KnownTime, 2> known_;
  std::size_t oldest_ = 0;
};

}  // namespace estream::window
