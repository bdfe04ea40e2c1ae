#include "tool/inspect/scan.h"

#include <algorithm>
#include <utility>

#include "io/signals.h"
#include "json/event_parser.h"
#include "json/regex.h"
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

Result<void> add_matches(std::vector<std::string>& names, const std::vector<std::string>& all,
                         const std::string& pattern, const std::string& root) {
  const auto regex = json::Regex::parse("\\A(?:" + pattern + ")\\z");
  if (!regex) return Error{Error::Code::usage, "-r '" + pattern + "': " + regex.error().message};
  const std::size_t before = names.size();
  for (const std::string& name : all) {
    const bool is_asked_for = !is_internal(name) || pattern.starts_with("__");
    if (is_asked_for && regex->matches(name)) names.push_back(name);
  }
  if (names.size() > before) return {};
  return Error{Error::Code::not_found, "-r '" + pattern + "': no topic in " + root + " matches"};
}

}  // namespace

Result<std::vector<std::string>> names_of_topics(io::System& system,
                                                 const InspectOptions& options) {
  const SourceRequest& request = options.request.sources;
  const bool is_regex = request.names == TopicNames::regex;
  if (!request.topics.empty() && !is_regex) return each_once(system, request);
  const std::vector<std::string> all = TRY(all_topics(system, request));
  std::vector<std::string> names;
  if (request.topics.empty()) {
    std::ranges::copy_if(all, std::back_inserter(names),
                         [](const std::string& name) { return !is_internal(name); });
  }
  for (const std::string& pattern : request.topics) {
    TRY(add_matches(names, all, pattern, request.data_root));
  }
  return names;
}

Result<std::vector<PartitionSource>> open_topics(io::System& system, const InspectOptions& options,
                                                 const std::vector<std::string>& names) {
  const SourceRequest& request = options.request.sources;
  return open_sources(system, {names, request.partitions, TopicNames::literal, request.data_root,
                               request.data_root_origin});
}

Result<ReadWindow> window_of(PartitionSource& source, const InspectOptions& options) {
  const Offset begin = TRY(resolve_begin(source, options.request));
  return resolve_window(source, options.request, begin, Horizon::now);
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
  return {};
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
  return {};
}

}  // namespace estream::tool
