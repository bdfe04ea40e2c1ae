#include <algorithm>
#include <nlohmann/json.hpp>

#include "log/names.h"
#include "log/segment.h"
#include "read/start_position.h"
#include "text/say.h"
#include "tool/inspect/scan.h"
#include "tool/inspect/verbs.h"
#include "topic/topic_json.h"

namespace estream::tool {

namespace {

using Json = nlohmann::ordered_json;

struct TopicTotals {
  std::int64_t partitions = 0;
  std::int64_t records = 0;
  std::int64_t bytes = 0;
  Timestamp first;
  Timestamp last;
  Timestamp written;
};

Timestamp earlier(Timestamp a, Timestamp b) {
  if (a == Timestamp{}) return b;
  return b == Timestamp{} ? a : std::min(a, b);
}

// When the active segment was last written to, as the file system has it.
Result<Timestamp> last_write(const log::PartitionReader& reader) {
  const std::vector<Offset> segments = TRY(log::list_segments(reader.directory()));
  if (segments.empty()) return Timestamp{};
  const std::string name = log::segment_file_name(segments.back(), log::SegmentFile::log);
  const auto status = TRY(reader.directory().status(name));
  return status ? Timestamp{status->modified_ms} : Timestamp{};
}

Result<void> add_partition(TopicTotals& totals, read::PartitionSource& source) {
  const read::ReadWindow all = {source.reader.log_start_offset(), source.reader.end_offset(), {}};
  totals.partitions++;
  totals.written = std::max(totals.written, TRY(last_write(source.reader)));
  return walk_batches(source, all,
                      [&](read::BatchWalk&, const BatchHeader& header) -> Result<void> {
                        totals.records += header.record_count;
                        totals.bytes += static_cast<std::int64_t>(header.size_bytes());
                        totals.first = earlier(totals.first, first_timestamp(header));
                        totals.last = std::max(totals.last, header.max_timestamp);
                        return {};
                      });
}

// "retention.ms=86400000,null.keys=drop": those that are not as in a new topic.
std::string settings_text(const std::string& json) {
  std::string text;
  const Json settings = Json::parse(json, nullptr, false);
  const Json preset = Json::parse(topic::settings_json(topic::TopicConfig()), nullptr, false);
  for (const auto& [name, value] : settings.items()) {
    if (preset.contains(name) && preset[name] == value) continue;
    if (!text.empty()) text += ",";
    text += name + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text;
}

Cell settings_cell(const topic::Topic& topic, const ReportStyle& style) {
  if (topic.layout() == log::Layout::kafka) return {};
  const std::string settings = topic::settings_json(topic.config());
  return style.is_json() ? json_cell(settings) : text_cell(settings_text(settings));
}

Cell id_cell(const topic::Topic& topic) {
  return topic.id().is_none() ? Cell() : text_cell(topic.id().to_text());
}

Result<TopicTotals> totals_of(const std::vector<read::PartitionPlace>& places,
                              const read::SourceRequest& request) {
  TopicTotals totals;
  for (const read::PartitionPlace& place : places) {
    read::PartitionSource source = TRY(read::open_source(place, request));
    TRY(add_partition(totals, source));
  }
  return totals;
}

Result<void> add_row(Report& report, const topic::Topic& topic, const TopicTotals& totals,
                     const ReportStyle& style) {
  const double size = static_cast<double>(totals.bytes);
  const Cell per_record =
      totals.records == 0 ? Cell() : ratio_cell(size / static_cast<double>(totals.records));
  return report.add({text_cell(topic.name()), count_cell(totals.partitions),
                     count_cell(totals.records), size_cell(totals.bytes), per_record,
                     time_cell(totals.first), time_cell(totals.last), age_cell(totals.written),
                     settings_cell(topic, style), id_cell(topic)});
}

std::vector<Column> topic_columns(const InspectOptions& options) {
  const auto verbose = options.is_verbose ? Column::Shown::everywhere : Column::Shown::in_json;
  return {{"topic", "TOPIC"},
          {.name = "partitions", .heading = "PARTITIONS", .yields = 3},
          {"records", "RECORDS"},
          {.name = "size", .heading = "SIZE", .yields = 6},
          {.name = "bytes_per_record", .heading = "BYTES/RECORD", .yields = 1},
          {.name = "first_ts", .heading = "FIRST", .yields = 2},
          {.name = "last_ts", .heading = "LAST", .yields = 5},
          {.name = "last_write_ts", .heading = "WRITTEN-AGO", .yields = 4},
          {"settings", "SETTINGS", verbose},
          {"topic_id", "TOPIC-ID", verbose}};
}

Result<PartitionWalk::Rows> offsets_of(read::PartitionSource& source,
                                       std::optional<Timestamp> time) {
  const log::PartitionReader& reader = source.reader;
  const Offset end = TRY(reader.known_end());
  Cell offset_at;
  if (time) {
    const text::Position position = {text::Position::Kind::time, time->ms, {}};
    offset_at = count_cell(TRY(read::resolve_position(source, position)).value);
  }
  return PartitionWalk::Rows{{text_cell(source.topic->name()), count_cell(source.partition),
                              count_cell(reader.log_start_offset().value), count_cell(end.value),
                              reader.epoch() < 0 ? Cell() : count_cell(reader.epoch()), offset_at}};
}

}  // namespace

Result<cli::ExitStatus> inspect_topics(io::System& system, const InspectOptions& options,
                                       io::Output& output) {
  Report report(topic_columns(options), options.style, output);
  PartitionWalk walk(system, options);
  ListStatus outcome;
  std::int64_t records = 0;
  bool is_any_shown = false;
  for (const std::string& name : TRY(names_of_topics(system, options))) {
    const auto places = walk.places_of(name);
    if (!places) {
      outcome.note(places.error());
      continue;
    }
    if (places->empty()) continue;  // All were named before.
    const auto totals = totals_of(*places, options.request.sources);
    TRY(check_complete());
    if (!totals) {
      outcome.note(totals.error());
      continue;
    }
    records += totals->records;
    is_any_shown = true;
    if (!options.is_count) {
      TRY(add_row(report, *places->front().topic, *totals, options.style));
    }
  }
  // A count of 0, or a table without a row, would be an answer about topics that cannot be read.
  if (!is_any_shown && outcome.status() != cli::ExitStatus::done) return outcome.status();
  if (options.is_count) {
    TRY(write_count(records, options.style.is_json(), output));
  } else {
    TRY(report.finish());
  }
  return outcome.status();
}

Result<cli::ExitStatus> inspect_offsets(io::System& system, const InspectOptions& options,
                                        io::Output& output) {
  const auto at = options.request.times.since ? Column::Shown::everywhere : Column::Shown::in_json;
  Report report({{"topic", "TOPIC"},
                 {"partition", "PARTITION"},
                 {"earliest", "EARLIEST"},
                 {"latest", "LATEST"},
                 {"epoch", "EPOCH"},
                 {"offset_at", "OFFSET-AT", at}},
                options.style, output);
  return PartitionWalk(system, options).list(report, [&](read::PartitionSource& source) {
    return offsets_of(source, options.request.times.since);
  });
}

}  // namespace estream::tool
