#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "io/output.h"
#include "read/record_sink.h"
#include "tool/replay/pacer.h"
#include "tool/report/report_style.h"

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

  // One row. That records come late is also said on stderr.
  Result<void> report(const ReportStyle& style, io::Output& output) const;

 private:
  Pacer pacer_;
  std::optional<std::int64_t> records_max_;
  std::int64_t records_ = 0;
  std::int64_t value_bytes_ = 0;
  std::int64_t out_of_order_ = 0;
  std::optional<Timestamp> first_;
  std::optional<Timestamp> last_;
  std::int64_t duration_ns_ = 0;
};

}  // namespace estream::tool
