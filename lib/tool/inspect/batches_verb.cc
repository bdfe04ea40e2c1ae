#include <algorithm>
#include <string>
#include <vector>

#include "codec/codec.h"
#include "io/signals.h"
#include "log/segment.h"
#include "text/say.h"
#include "tool/inspect/ratio.h"
#include "tool/inspect/scan.h"
#include "tool/inspect/verbs.h"

namespace estream::tool {

namespace {

// "transactional,control": what sets a batch apart.
std::string flags_of(const BatchHeader& header) {
  std::string text;
  const auto add = [&](bool is_set, const char* name) {
    if (!is_set) return;
    if (!text.empty()) text += ',';
    text += name;
  };
  add(header.is_transactional, "transactional");
  add(header.is_control, "control");
  add(header.has_delete_horizon, "delete-horizon");
  add(header.timestamp_type == TimestampType::log_append_time, "append-time");
  return text;
}

// Shows batches one by one, those of every kind, and goes on behind one whose checksum is wrong.
class BatchLister {
 public:
  BatchLister(const InspectOptions& options, Report& report)
      : options_(&options), report_(&report) {}

  Result<void> list(read::PartitionSource& source) {
    window_ = TRY(window_of(source, *options_));
    source_ = &source;
    const io::Directory& directory = source.reader.directory();
    const std::vector<Offset> bases = TRY(log::list_segments(directory));
    for (std::size_t i = 0; i < bases.size() && !is_over(); i++) {
      const bool is_before = i + 1 < bases.size() && bases[i + 1] <= window_.begin;
      if (is_before || bases[i] >= window_.end) continue;
      auto segment = log::Segment::open(directory, bases[i]);
      // Retention may have taken it meanwhile.
      if (!segment && segment.error().code == Error::Code::not_found) continue;
      if (!segment) return std::move(segment).error();
      TRY(list_segment(*segment));
    }
    return {};
  }

  bool is_over() const {
    return io::stop_signal() != 0 || (options_->max_rows && rows_ >= *options_->max_rows);
  }
  std::int64_t damaged() const { return damaged_; }

 private:
  Result<void> list_segment(const log::Segment& segment) {
    const std::uint64_t size = TRY(segment.log().size_bytes());
    const std::uint64_t start = TRY(segment.position_before(window_.begin, size));
    log::BatchReader batches = segment.reader(start, size);
    while (!is_over()) {
      const auto header = TRY(batches.peek());
      if (!header || header->base_offset >= window_.end) return {};
      if (is_wanted(*header)) {
        TRY(show(segment.base(), batches, *header));
      } else {
        batches.skip();
      }
    }
    return {};
  }

  // Batches without records have no times, and are shown when none are asked for.
  bool is_wanted(const BatchHeader& header) const {
    if (header.last_offset() < window_.begin) return false;
    if (header.record_count == 0) return window_.times.is_everything();
    return read::overlap_of(header, source_->reader, window_) != read::Overlap::none;
  }

  Result<void> show(Offset segment, log::BatchReader& batches, const BatchHeader& header) {
    rows_++;
    const std::uint64_t position = batches.position();
    Cell crc = text_cell("ok");
    Ratio ratio;
    if (auto read = batches.read(bytes_); read) {
      ratio.add(header, Bytes(bytes_).subspan(batch_header_bytes));
    } else {
      if (read.error().code != Error::Code::corrupt) return read;
      damaged_++;
      text::say(text::Level::error, source_->name + ": " + read.error().message);
      crc = text_cell("bad");
      crc.tone = Cell::Tone::bad;
      batches.skip();
    }
    const auto of_producer = [&](std::int64_t number) {
      return header.producer_id >= 0 ? count_cell(number) : Cell();
    };
    return report_->add(
        {text_cell(source_->topic->name()), count_cell(source_->partition),
         count_cell(segment.value), count_cell(static_cast<std::int64_t>(position)),
         count_cell(header.base_offset.value), count_cell(header.last_offset().value),
         count_cell(header.record_count), size_cell(static_cast<std::int64_t>(header.size_bytes())),
         text_cell(codec_name(header.codec)), ratio.cell(), time_cell(first_timestamp(header)),
         time_cell(header.max_timestamp), count_cell(header.leader_epoch),
         of_producer(header.producer_id), of_producer(header.producer_epoch),
         of_producer(header.base_sequence), crc, text_cell(flags_of(header))});
  }

  const InspectOptions* options_;
  Report* report_;
  const read::PartitionSource* source_ = nullptr;
  read::ReadWindow window_;
  std::int64_t rows_ = 0;
  std::int64_t damaged_ = 0;
  std::vector<std::byte> bytes_;
};

}  // namespace

Result<cli::ExitStatus> inspect_batches(io::System& system, const InspectOptions& options,
                                        io::Output& output) {
  Report report({{"topic", "TOPIC"},
                 {"partition", "PARTITION"},
                 {.name = "segment", .heading = "SEGMENT", .yields = 8},
                 {"position", "POSITION"},
                 {"base_offset", "BASE"},
                 {.name = "last_offset", .heading = "LAST", .yields = 9},
                 {"records", "RECORDS"},
                 {"size", "SIZE"},
                 {.name = "codec", .heading = "CODEC", .yields = 4},
                 {.name = "ratio", .heading = "RATIO", .yields = 5},
                 {.name = "first_ts", .heading = "FIRST-TIME", .yields = 10},
                 {.name = "last_ts", .heading = "LAST-TIME", .yields = 6},
                 {.name = "epoch", .heading = "EPOCH", .yields = 3},
                 {.name = "producer_id", .heading = "PRODUCER", .yields = 1},
                 {"producer_epoch", "PRODUCER-EPOCH", Column::Shown::in_json},
                 {.name = "base_sequence", .heading = "SEQUENCE", .yields = 2},
                 {"crc", "CRC"},
                 {.name = "flags", .heading = "FLAGS", .yields = 7}},
                options.style, output);
  BatchLister lister(options, report);
  TRY(PartitionWalk(system, options).each([&](read::PartitionSource source) -> Result<void> {
    return lister.is_over() ? Result<void>() : lister.list(source);
  }));
  TRY(report.finish());
  // What was shown is a part; the rows are as good as ever.
  if (auto complete = check_complete(); !complete) {
    return Error{complete.error().code, "batches: interrupted, so this list is not complete"};
  }
  return lister.damaged() > 0 ? cli::ExitStatus::data_problem : cli::ExitStatus::done;
}

}  // namespace estream::tool
