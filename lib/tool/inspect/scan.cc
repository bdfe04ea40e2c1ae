#include "tool/inspect/scan.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/work_meter.h"
#include "io/signals.h"
#include "json/event_parser.h"
#include "record/batch_records.h"
#include "text/say.h"
#include "topic/topic.h"

namespace estream::tool {

namespace {

// A broker's own topics, such as __consumer_offsets, have to be asked for by name.
bool is_internal(const std::string& name) { return name.starts_with("__"); }

// The same request for these topics. The others, which may be many, are not copied.
read::SourceRequest named(const read::SourceRequest& request,
                          const std::vector<std::string>& names) {
  return {.topics = names,
          .partitions = request.partitions,
          .names = read::TopicNames::literal,
          .data_root = request.data_root,
          .data_root_origin = request.data_root_origin,
          .isolation = request.isolation,
          .on_corrupt = request.on_corrupt};
}

}  // namespace

Result<std::vector<std::string>> names_of_topics(io::System& system,
                                                 const InspectOptions& options) {
  const read::SourceRequest& request = options.request.sources;
  const bool is_regex = request.names == read::TopicNames::regex;
  if (!request.topics.empty() && !is_regex) return read::each_once(system, request);
  std::vector<std::string> names;
  if (request.topics.empty()) {
    std::ranges::copy_if(TRY(read::all_topics(system, request)), std::back_inserter(names),
                         [](const std::string& name) { return !is_internal(name); });
  }
  for (const std::string& pattern : request.topics) {
    std::ranges::copy(TRY(read::topics_of_regex(system, pattern, request)),
                      std::back_inserter(names));
  }
  return read::each_once(system, named(request, names));
}

Result<std::vector<read::PartitionSource>> open_topics(io::System& system,
                                                       const InspectOptions& options,
                                                       const std::vector<std::string>& names) {
  return read::open_sources(system, named(options.request.sources, names));
}

Result<std::vector<read::PartitionPlace>> PartitionWalk::places_of(const std::string& name) {
  std::vector<read::PartitionPlace> places;
  for (read::PartitionPlace& place :
       TRY(read::find_partitions(*system_, named(options_->request.sources, {name})))) {
    const bool is_new = seen_.insert(TRY(read::identity_of(place))).second;
    partitions_.insert(place.partition);
    if (is_new) places.push_back(std::move(place));
  }
  return places;
}

Result<void> PartitionWalk::each(const See& see) {
  std::vector<read::PartitionPlace> places;
  for (const std::string& name : TRY(names_of_topics(*system_, *options_))) {
    std::ranges::move(TRY(places_of(name)), std::back_inserter(places));
  }
  TRY(read::check_positions(options_->request, partitions_));
  if (work_meter().is_watched) TRY(add_totals(places));
  for (const read::PartitionPlace& place : places) {
    read::PartitionSource source = TRY(read::open_source(place, options_->request.sources));
    TRY(see(std::move(source)));
  }
  return {};
}

Result<void> PartitionWalk::add_totals(const std::vector<read::PartitionPlace>& places) const {
  for (const read::PartitionPlace& place : places) {
    read::PartitionSource source = TRY(read::open_source(place, options_->request.sources));
    read::add_to_total(TRY(window_of(source, *options_)));
  }
  return {};
}

Result<cli::ExitStatus> PartitionWalk::list(Report& report, const List& rows_of) {
  ListStatus status;
  const auto rows_at = [&](const read::PartitionPlace& place) -> Result<Rows> {
    read::PartitionSource source = TRY(read::open_source(place, options_->request.sources));
    return rows_of(source);
  };
  for (const std::string& name : TRY(names_of_topics(*system_, *options_))) {
    const auto places = places_of(name);
    if (!places) status.note(places.error());
    if (!places) continue;
    for (const read::PartitionPlace& place : *places) {
      const auto rows = rows_at(place);
      TRY(check_complete());
      if (!rows) status.note(rows.error());
      if (!rows) continue;
      for (const std::vector<Cell>& row : *rows) TRY(report.add(row));
    }
  }
  TRY(report.finish());
  return status.status();
}

void ListStatus::note(const Error& error) {
  text::say(text::Level::error, error.message);
  const cli::ExitStatus status = cli::exit_status(error.code);
  if (status_ == cli::ExitStatus::done || status == cli::ExitStatus::data_problem) {
    status_ = status;
  }
}

Result<read::ReadWindow> window_of(read::PartitionSource& source, const InspectOptions& options) {
  const Offset begin = TRY(read::resolve_begin(source, options.request));
  return read::resolve_window(source, options.request, begin, read::Horizon::now);
}

Result<void> check_complete() {
  if (io::stop_signal() == 0) return {};
  return Error{Error::Code::timed_out, "interrupted before all was read, so nothing is reported"};
}

Result<void> walk_batches(read::PartitionSource& source, const read::ReadWindow& window,
                          const SeeBatch& see) {
  read::BatchWalk walk(source);
  TRY(walk.begin(window));
  while (io::stop_signal() == 0) {
    const auto header = TRY(walk.next());
    if (!header) break;
    if (walk.overlap() != read::Overlap::none) TRY(see(walk, *header));
    TRY(walk.check());
  }
  return check_complete();
}

Result<void> read_records(read::BatchFeed& feed, const SeeRecord& see) {
  BatchHeader header;
  std::vector<std::byte> bytes;
  BatchDecoder decoder;
  while (io::stop_signal() == 0) {
    const bool has_batch = TRY(feed.next(header, bytes));
    if (!has_batch && !feed.has_more()) break;
    if (!has_batch) continue;
    const auto records = decoder.decode(header, bytes);
    if (!records) return feed.placed_in_batch(records.error(), header);
    for (const RecordView& record : *records) {
      if (feed.window().contains(record)) see(record);
    }
  }
  return {};
}

Result<void> walk_records(read::PartitionSource source, const InspectOptions& options,
                          const SeeRecord& see) {
  const read::ReadWindow window = TRY(window_of(source, options));
  const std::string topic = source.topic->name();
  const RecordPlace place = {topic, source.partition};
  read::BatchFeed feed(std::move(source), {});
  TRY(feed.begin(window));
  json::EventParser parser;
  TRY(read_records(feed, [&](const RecordView& record) {
    if (options.request.selection.matches(place, record, parser)) see(record);
  }));
  return check_complete();
}

}  // namespace estream::tool
