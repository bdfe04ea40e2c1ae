#include "tool/lookup/lookup_topic.h"

#include <algorithm>
#include <utility>

#include "json/quote.h"
#include "json/source.h"
#include "text/say.h"
#include "text/size.h"

namespace estream::tool {

namespace {

// The value as one line of JSON. Between the tokens of a JSON text, a line end is as good as a
// space.
Result<void> make_json(std::optional<std::string_view> value, json::EventParser& parser,
                       std::string& out) {
  if (!value) {
    out = "null";
    return {};
  }
  if (parser.parse_copy(*value)) {
    out = json::trimmed(*value);
    std::ranges::replace(out, '\n', ' ');
    return {};
  }
  if (!json::is_utf8(*value)) {
    return Error{Error::Code::data,
                 "the value is neither JSON nor UTF-8, so that it cannot be looked up"};
  }
  out.clear();
  json::append_quoted(out, *value);
  return {};
}

}  // namespace

Result<void> LookupTopic::open(std::vector<read::PartitionSource> sources, bool is_followed) {
  for (read::PartitionSource& source : sources) {
    read::ReadWindow window = {.begin = source.reader.log_start_offset(),
                               .times = {.until = until_}};
    if (!is_followed && source.reader.knows_end()) window.end = source.reader.end_offset();
    read::add_to_total(window);
    feeds_.emplace_back(std::move(source), read::FeedOptions());
    TRY(feeds_.back().begin(window));
  }
  reached_.resize(feeds_.size());
  return {};
}

Result<bool> LookupTopic::has_more() {
  bool has_more = false;
  for (read::BatchFeed& feed : feeds_) {
    TRY(feed.topic().check_in_place(feed.reader().directory()));
    TRY(feed.refresh());
    // Behind an end that is not known there is damage, which is to be told.
    const log::PartitionReader& reader = feed.reader();
    has_more = has_more || feed.position() < reader.end_offset() || !reader.knows_end();
  }
  return has_more;
}

Result<void> LookupTopic::refresh(const read::EndCondition& end) {
  for (std::size_t i = 0; i < feeds_.size(); i++) TRY(read_partition(i, end));
  table_.settle();
  if (keyless_ > 0 && !std::exchange(has_said_keyless_, true)) say_keyless();
  return {};
}

Result<void> LookupTopic::read_partition(std::size_t number, const read::EndCondition& end) {
  read::BatchFeed& feed = feeds_[number];
  BatchHeader header;
  while (!end.is_met()) {
    const bool has_batch = TRY(feed.next(header, bytes_));
    if (!has_batch && !feed.has_more()) return {};
    if (!has_batch) continue;
    const auto records = decoder_.decode(header, bytes_);
    if (!records) return feed.placed_in_batch(records.error(), header);
    for (const RecordView& record : *records) {
      if (feed.window().contains(record)) TRY(add(feed, record));
    }
    reached_[number] = std::max(reached_[number].value_or(Timestamp()), header.max_timestamp);
  }
  return {};
}

Result<void> LookupTopic::add(const read::BatchFeed& feed, const RecordView& record) {
  if (!record.key) {
    keyless_++;
    return {};
  }
  const auto made = make_json(record.value, parser_, value_);
  if (!made) return feed.placed(made.error(), record.offset);
  return table_.add(*record.key, record.timestamp, feed.partition(), value_);
}

void LookupTopic::say_keyless() const {
  text::say(text::Level::warning,
            "the table " + topic().name() + " has " +
                text::format_count(keyless_, "event", "events") +
                " without a key, which cannot be looked up; give -K PATH when you store them");
}

std::optional<Timestamp> LookupTopic::reached() const {
  std::optional<Timestamp> reached;
  for (const auto& time : reached_) {
    if (time) reached = std::min(reached.value_or(*time), *time);
  }
  return reached;
}

void LookupTopic::add_to(read::ArrivalWatch& watch) const {
  for (const read::BatchFeed& feed : feeds_) watch.add(feed.reader(), feed.topic().layout());
}

}  // namespace estream::tool
