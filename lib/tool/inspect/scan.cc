#include "tool/inspect/scan.h"

#include <algorithm>
#include <utility>

#include "cli/say.h"
#include "io/signals.h"
#include "json/event_parser.h"
#include "record/batch_records.h"
#include "tool/read/batch_feed.h"
#include "tool/read/transactions.h"
#include "topic/topic.h"

namespace estream::tool {

namespace {

// Whether a header may be counted as it is. What a batch has is the span of its offsets, which
// tile, unless records are missing; anything else nothing but its checksum proves.
bool is_proven_by_place(const BatchHeader& header) {
  return !header.is_control && header.record_count == header.last_offset_delta + 1;
}

// A broker's own topics, such as __consumer_offsets, have to be asked for by name.
bool is_internal(const std::string& name) { return name.starts_with("__"); }

// The same request for these topics.
SourceRequest named(SourceRequest request, const std::vector<std::string>& names) {
  request.topics = names;
  request.names = TopicNames::literal;
  return request;
}

}  // namespace

Result<std::vector<std::string>> names_of_topics(io::System& system,
                                                 const InspectOptions& options) {
  const SourceRequest& request = options.request.sources;
  const bool is_regex = request.names == TopicNames::regex;
  if (!request.topics.empty() && !is_regex) return each_once(system, request);
  std::vector<std::string> names;
  if (request.topics.empty()) {
    std::ranges::copy_if(TRY(all_topics(system, request)), std::back_inserter(names),
                         [](const std::string& name) { return !is_internal(name); });
  }
  for (const std::string& pattern : request.topics) {
    std::ranges::copy(TRY(topics_of_regex(system, pattern, request)), std::back_inserter(names));
  }
  return each_once(system, named(request, names));
}

Result<std::vector<PartitionSource>> open_topics(io::System& system, const InspectOptions& options,
                                                 const std::vector<std::string>& names) {
  return open_sources(system, named(options.request.sources, names));
}

Result<std::vector<PartitionPlace>> PartitionWalk::places_of(const std::string& name) {
  std::vector<PartitionPlace> places;
  for (PartitionPlace& place :
       TRY(find_partitions(*system_, named(options_->request.sources, {name})))) {
    const bool is_new = seen_.insert(TRY(identity_of(place))).second;
    partitions_.insert(place.partition);
    if (is_new) places.push_back(std::move(place));
  }
  return places;
}

Result<void> PartitionWalk::each(const See& see) {
  for (const std::string& name : TRY(names_of_topics(*system_, *options_))) {
    for (const PartitionPlace& place : TRY(places_of(name))) {
      PartitionSource source = TRY(open_source(place, options_->request.sources));
      TRY(see(std::move(source)));
    }
  }
  return check_positions(options_->request, partitions_);
}

Result<cli::ExitStatus> PartitionWalk::list(Report& report, const List& rows_of) {
  ListStatus status;
  const auto rows_at = [&](const PartitionPlace& place) -> Result<Rows> {
    PartitionSource source = TRY(open_source(place, options_->request.sources));
    return rows_of(source);
  };
  for (const std::string& name : TRY(names_of_topics(*system_, *options_))) {
    const auto places = places_of(name);
    if (!places) status.note(places.error());
    if (!places) continue;
    for (const PartitionPlace& place : *places) {
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
  cli::say(cli::Level::error, error.message);
  const cli::ExitStatus status = cli::exit_status(error.code);
  if (status_ == cli::ExitStatus::done || status == cli::ExitStatus::data_problem) {
    status_ = status;
  }
}

Result<ReadWindow> window_of(PartitionSource& source, const InspectOptions& options) {
  const Offset begin = TRY(resolve_begin(source, options.request));
  return resolve_window(source, options.request, begin, Horizon::now);
}

Result<void> check_complete() {
  if (io::stop_signal() == 0) return {};
  return Error{Error::Code::timed_out, "interrupted before all was read, so nothing is reported"};
}

Result<void> walk_batches(PartitionSource& source, const ReadWindow& window, const SeeBatch& see) {
  Transactions transactions(source);
  TRY(transactions.begin(window.begin));
  log::PartitionReader& reader = source.reader;
  std::vector<std::byte> bytes;
  TRY(reader.seek(window.begin));
  while (const auto header = TRY(reader.peek())) {
    if (header->base_offset >= window.end || io::stop_signal() != 0) break;
    const Transactions::Standing standing = TRY(transactions.standing_of(*header));
    if (standing == Transactions::Standing::held) break;
    const bool counts = standing == Transactions::Standing::visible;
    const Overlap overlap = overlap_of(*header, reader, window);
    Seen seen = Seen::header_only;
    if (counts && overlap != Overlap::none) seen = TRY(see(*header, overlap));
    if (seen == Seen::read) continue;
    if (is_proven_by_place(*header)) {
      reader.skip();
    } else {
      TRY(reader.read(bytes));
    }
  }
  return check_complete();
}

Result<void> walk_records(PartitionSource source, const InspectOptions& options,
                          const SeeRecord& see) {
  const ReadWindow window = TRY(window_of(source, options));
  const std::string topic = source.topic->name();
  const json::RecordPlace place = {topic, source.partition};
  BatchFeed feed(std::move(source), {});
  TRY(feed.begin(window));
  BatchHeader header;
  std::vector<std::byte> bytes;
  BatchDecoder decoder;
  json::EventParser parser;
  while (io::stop_signal() == 0) {
    const bool has_batch = TRY(feed.next(header, bytes));
    if (!has_batch && !feed.has_more()) break;
    if (!has_batch) continue;
    const auto records = decoder.decode(header, bytes);
    if (!records) return feed.placed_in_batch(records.error(), header);
    for (const RecordView& record : *records) {
      const bool is_inside =
          window.contains(record.offset) && window.times.contains(record.timestamp);
      if (is_inside && options.request.selection.matches(place, record, parser)) see(record);
    }
  }
  return check_complete();
}

}  // namespace estream::tool
