#include <algorithm>
#include <array>
#include <string>

#include "codec/codec.h"
#include "io/signals.h"
#include "log/names.h"
#include "log/segment.h"
#include "tool/inspect/ratio.h"
#include "tool/inspect/scan.h"
#include "tool/inspect/verbs.h"

namespace estream::tool {

namespace {

struct SegmentTotals {
  Offset end;
  std::int64_t records = 0;
  std::int64_t batches = 0;
  std::int64_t bytes = 0;
  Timestamp first;
  Timestamp last;
  std::string codec;
  Ratio ratio;

  void add(const BatchHeader& header) {
    end = header.next_offset();
    batches++;
    bytes += static_cast<std::int64_t>(header.size_bytes());
    if (header.is_control || header.record_count == 0) return;
    records += header.record_count;
    const Timestamp begin = first_timestamp(header);
    first = first == Timestamp{} ? begin : std::min(first, begin);
    last = std::max(last, header.max_timestamp);
    const std::string_view name = codec_name(header.codec);
    codec = codec.empty() || codec == name ? name : "mixed";
  }
};

Result<void> add_ratio(Ratio& ratio, const io::File& log, const BatchHeader& header,
                       std::uint64_t position) {
  std::array<std::byte, ratio_bytes_wanted> bytes = {};
  const std::size_t count = TRY(log.read_at(position + batch_header_bytes, bytes));
  ratio.add(header, Bytes(bytes).first(count));
  return {};
}

// Up to where readers may go, which is never inside of a batch.
Result<SegmentTotals> totals_of(const log::Segment& segment, Offset end) {
  SegmentTotals totals;
  totals.end = segment.base();
  const std::uint64_t size = TRY(segment.log().size_bytes());
  log::BatchReader batches = segment.reader(0, size);
  while (totals.end < end && io::stop_signal() == 0) {
    const auto header = TRY(batches.peek());
    if (!header || header->base_offset >= end) break;
    totals.add(*header);
    TRY(add_ratio(totals.ratio, segment.log(), *header, batches.position()));
    batches.skip();
  }
  return totals;
}

Result<Cell> file_size_cell(const io::Directory& directory, Offset base, log::SegmentFile file) {
  const auto status = TRY(directory.status(log::segment_file_name(base, file)));
  return status ? size_cell(static_cast<std::int64_t>(status->size_bytes)) : Cell();
}

Result<PartitionWalk::Rows> rows_of(const read::PartitionSource& source) {
  PartitionWalk::Rows rows;
  const io::Directory& directory = source.reader.directory();
  const Offset end = TRY(source.reader.known_end());
  const std::vector<Offset> bases = TRY(log::list_segments(directory));
  for (const Offset base : bases) {
    auto segment = log::Segment::open(directory, base);
    // Retention may have taken it meanwhile.
    if (!segment && segment.error().code == Error::Code::not_found) continue;
    if (!segment) return std::move(segment).error();
    const SegmentTotals totals = TRY(totals_of(*segment, end));
    const Cell index = TRY(file_size_cell(directory, base, log::SegmentFile::index));
    const Cell times = TRY(file_size_cell(directory, base, log::SegmentFile::time_index));
    rows.push_back({text_cell(source.topic->name()), count_cell(source.partition),
                    count_cell(base.value), count_cell(totals.end.value),
                    count_cell(totals.records), count_cell(totals.batches), size_cell(totals.bytes),
                    index, times, text_cell(totals.codec), totals.ratio.cell(),
                    time_cell(totals.first), time_cell(totals.last),
                    text_cell(base == bases.back() ? "active" : "sealed")});
  }
  return rows;
}

}  // namespace

Result<cli::ExitStatus> inspect_segments(io::System& system, const InspectOptions& options,
                                         io::Output& output) {
  Report report({{"topic", "TOPIC"},
                 {"partition", "PARTITION"},
                 {"base_offset", "BASE"},
                 {.name = "next_offset", .heading = "NEXT", .yields = 7},
                 {"records", "RECORDS"},
                 {.name = "batches", .heading = "BATCHES", .yields = 3},
                 {"size", "SIZE"},
                 {.name = "index_size", .heading = "INDEX", .yields = 1},
                 {.name = "timeindex_size", .heading = "TIMEINDEX", .yields = 2},
                 {.name = "codec", .heading = "CODEC", .yields = 4},
                 {.name = "ratio", .heading = "RATIO", .yields = 5},
                 {.name = "first_ts", .heading = "FIRST", .yields = 6},
                 {.name = "last_ts", .heading = "LAST", .yields = 8},
                 {.name = "state", .heading = "STATE", .yields = 9}},
                options.style, output);
  return PartitionWalk(system, options).list(report, rows_of);
}

}  // namespace estream::tool
