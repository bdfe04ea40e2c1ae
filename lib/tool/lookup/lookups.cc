#include "tool/lookup/lookups.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "base/assert.h"
#include "io/deadline.h"
#include "json/quote.h"
#include "json/source.h"
#include "text/say.h"
#include "text/size.h"

namespace estream::tool {

namespace {

// So many events of which none is in the table are more likely a mistake than chance.
constexpr std::int64_t misses_to_tell = 10;

}  // namespace

Lookups::Lookups(io::System& system, const LookupOptions& options, const read::EndCondition& end)
    : system_(&system), options_(&options), end_(&end) {}

Result<bool> Lookups::open(const read::SourceRequest& request, std::optional<Timestamp> until,
                           bool is_followed, read::MissingTopic missing) {
  std::map<std::string, const LookupTopic*> known;
  for (const LookupSpec& spec : options_->specs) known[spec.topic] = nullptr;
  const SpillOptions spill = {options_->temporary_directory,
                              options_->memory_bytes / std::max<std::size_t>(1, known.size())};
  for (auto& [name, topic] : known) {
    read::SourceRequest table;
    table.topics = {name};
    table.data_root = request.data_root;
    table.data_root_origin = request.data_root_origin;
    auto sources = TRY(read::wait_for_sources(*system_, table, missing, *end_));
    if (sources.empty()) return false;
    topic = &topics_.emplace_back(*system_, spill, until);
    TRY(topics_.back().open(std::move(sources), is_followed));
  }
  for (const LookupSpec& spec : options_->specs) {
    Lookup& lookup = lookups_.emplace_back();
    lookup.spec = &spec;
    lookup.topic = known[spec.topic];
    lookup.member.steps = {spec.name};
    json::append_quoted(lookup.quoted, spec.name);
    lookup.quoted += ':';
  }
  return true;
}

Result<void> Lookups::refresh() {
  refreshed_ns_ = system_->monotonic_ns();
  waiting_until_ns_.reset();
  for (LookupTopic& topic : topics_) {
    const bool has_more = TRY(topic.has_more());
    if (!has_more) continue;
    const std::unique_lock lock(mutex_);
    TRY(topic.refresh(*end_));
  }
  reached_.reset();
  for (const LookupTopic& topic : topics_) {
    const auto reached = topic.reached();
    if (reached) reached_ = std::min(reached_.value_or(*reached), *reached);
  }
  return {};
}

Result<void> Lookups::check_written(const char* option, const topic::TopicRef& written) const {
  const auto there = topic::Topic::open(*system_, written.root, written.name);
  if (!there || there->layout() == log::Layout::kafka) return {};
  const io::FileStatus to = TRY(there->directory_status());
  for (const LookupTopic& table : topics_) {
    if (table.topic().layout() == log::Layout::kafka) continue;
    const io::FileStatus from = TRY(table.topic().directory_status());
    if (from.device != to.device || from.inode != to.inode) continue;
    return Error{Error::Code::usage, std::string("option ") + option + ": " + written.name +
                                         " is one of the tables of --lookup"};
  }
  return {};
}

Result<Lookups::Outcome> Lookups::enrich(const RecordView& record, json::EventParser& parser,
                                         std::string& out) const {
  if (!record.value) return Outcome::tombstone;
  const bool is_object =
      parser.parse_copy(*record.value) && json::trimmed(*record.value).starts_with('{');
  if (!is_object) return Outcome::impossible;
  const std::size_t begin = out.size();
  TRY(append_object(lookups_.front(), record, *record.value, parser, out));
  std::string object;
  for (std::size_t i = 1; i < lookups_.size(); i++) {
    object.assign(out, begin);
    out.resize(begin);
    const auto parsed = parser.parse_copy(object);
    if (!parsed) return Error{Error::Code::data, "with --lookup: " + parsed.error().message};
    TRY(append_object(lookups_[i], record, object, parser, out));
  }
  return Outcome::enriched;
}

// As jq's .NAME = VALUE: a member with that name gets the new value, else it comes last. The parser
// has parsed a copy of the object.
Result<void> Lookups::append_object(const Lookup& lookup, const RecordView& record,
                                    std::string_view object, const json::EventParser& parser,
                                    std::string& out) const {
  const std::string_view text = json::trimmed(object);
  const std::string_view parsed = *parser.source_at({});
  const auto old = parser.source_at(lookup.member);
  if (old) {
    const auto at = static_cast<std::size_t>(old->data() - parsed.data()) +
                    static_cast<std::size_t>(text.data() - object.data());
    out += object.substr(0, at);
    TRY(append_value(lookup, record, parser, out));
    out += object.substr(at + old->size());
    return {};
  }
  const std::size_t end = static_cast<std::size_t>(text.data() - object.data()) + text.size() - 1;
  out += object.substr(0, end);
  if (!json::is_blank(text.substr(1, text.size() - 2))) out += ',';
  out += lookup.quoted;
  TRY(append_value(lookup, record, parser, out));
  out += object.substr(end);
  return {};
}

// A key that is missing, or no text, number or boolean, is in no table.
Result<void> Lookups::append_value(const Lookup& lookup, const RecordView& record,
                                   const json::EventParser& parser, std::string& out) const {
  std::optional<std::string_view> key = record.key;
  if (lookup.spec->key) {
    const auto at_path = parser.key_at(*lookup.spec->key);
    key = at_path ? *at_path : std::nullopt;
  }
  const bool is_found = key ? TRY(lookup.topic->table().find(*key, record.timestamp, out)) : false;
  if (!is_found) out += "null";
  if (lookup.has_found.load(std::memory_order_relaxed)) return {};
  if (is_found) {
    lookup.has_found = true;
  } else {
    lookup.misses++;
  }
  return {};
}

bool Lookups::is_time_for(Timestamp newest, std::optional<std::int64_t>& waiting_until_ns) {
  if (options_->wait_ns == 0 || (reached_ && *reached_ >= newest)) return true;
  if (!waiting_until_ns) {
    // An event that is older than the wait does not wait.
    const std::int64_t age_ms = std::max<std::int64_t>(0, system_->wall_clock_ms() - newest.ms);
    const std::int64_t age_ns = std::min(age_ms, INT64_MAX / 1'000'000) * 1'000'000;
    waiting_until_ns = io::later_by(system_->monotonic_ns(),
                                    std::max<std::int64_t>(0, options_->wait_ns - age_ns));
  }
  if (refreshed_ns_ >= *waiting_until_ns) return true;
  waiting_until_ns_ = std::min(waiting_until_ns_.value_or(*waiting_until_ns), *waiting_until_ns);
  return false;
}

void Lookups::add_to(read::ArrivalWatch& watch) const {
  for (const LookupTopic& topic : topics_) topic.add_to(watch);
}

void Lookups::report(const read::PlainRecords& plain) const {
  if (plain.count > 0) {
    text::say(text::Level::warning,
              text::format_count(plain.count, "event has", "events have") +
                  " no JSON object as value, so that --lookup added nothing; the first is " +
                  plain.first);
  }
  for (const Lookup& lookup : lookups_) {
    if (lookup.has_found || lookup.misses < misses_to_tell) continue;
    text::say(text::Level::warning, "--lookup '" + lookup.spec->text +
                                        "': no event has a key that was in the table at its time");
  }
}

}  // namespace estream::tool
