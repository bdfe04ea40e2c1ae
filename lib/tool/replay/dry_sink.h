#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "read/record_sink.h"
#include "tool/replay/pacer.h"

namespace estream::tool {

// Takes the place of a paced sink, waits for nothing and writes nothing: finds out how many records
// a replay has and how long it takes.
class DrySink {
 public:
  DrySink(const PaceOptions& pace, std::optional<std::int64_t> max_records)
      : pacer_(pace), records_max_(max_records) {}

  bool put(const read::BatchWork& work, const read::OutputPiece*& next,
           const read::OutputPiece* end);
  bool is_over() const { return records_max_ && records_ >= *records_max_; }

  // For people, or one JSON object.
  std::string report() const;
  std::string report_as_json() const;

 private:
  Pacer pacer_;
  std::optional<std::int64_t> records_max_;
  std::int64_t records_ = 0;
  std::int64_t bytes_ = 0;  // Of what would be printed, without delimiters.
  std::int64_t out_of_order_ = 0;
  std::optional<Timestamp> first_;
  std::optional<Timestamp> last_;
  std::int64_t duration_ns_ = 0;
};

}  // namespace estream::tool
