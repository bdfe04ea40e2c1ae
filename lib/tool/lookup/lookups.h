#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "io/system.h"
#include "json/event_parser.h"
#include "read/arrival_watch.h"
#include "read/end_condition.h"
#include "read/enrichment.h"
#include "read/partition_source.h"
#include "read/topic_wait.h"
#include "tool/lookup/lookup_spec.h"
#include "tool/lookup/lookup_topic.h"
#include "topic/topic_name.h"

namespace estream::tool {

struct LookupOptions {
  std::vector<LookupSpec> specs;
  // How long an event waits for tables that are behind it; only of a reader that follows.
  std::int64_t wait_ns = 0;
  std::size_t memory_bytes = 256 << 20;  // For all tables together.
  std::string temporary_directory = "/tmp";
};

// What --lookup does: adds to each event the values that tables had for it at the event's own time.
//
//   Lookups lookups(system, options, end);
//   open the topics that are read; what they have now may refer to what the tables have by now
//   const bool is_open = TRY(lookups.open(request, until, is_followed, missing));
//   TRY(lookups.refresh());   and again before every look for more events
//
// All versions of a table are kept, so it does not matter in which order events are read, how often
// they are read, or when: the answer is the same, unless a table gets events with older times.
class Lookups final : public read::Enrichment {
 public:
  // All must outlive this.
  Lookups(io::System& system, const LookupOptions& options, const read::EndCondition& end);

  // Opens the tables; false when `end` was met while it waited for one. Only events before `until`
  // will be asked for. `request` is that of the topics which are read, and is used for its data
  // root.
  Result<bool> open(const read::SourceRequest& request, std::optional<Timestamp> until,
                    bool is_followed, read::MissingTopic missing);
  // Reads what came to the tables. Events that were written after it are found by the next call.
  Result<void> refresh();

  // Error::Code::usage when `written` is one of the tables: the answers would depend on how far the
  // run has come.
  Result<void> check_written(const char* option, const topic::TopicRef& written) const;

  Result<Outcome> enrich(const RecordView& record, json::EventParser& parser,
                         std::string& out) const override;
  bool is_time_for(Timestamp newest, std::optional<std::int64_t>& waiting_until_ns) override;

  // When events that wait now will not wait longer, by the monotonic clock.
  std::optional<std::int64_t> waiting_until_ns() const { return waiting_until_ns_; }
  void add_to(read::ArrivalWatch& watch) const;

  // Null when there are no lookups. Then nothing else has to be called, but may be.
  read::Enrichment* enrichment() { return options_->specs.empty() ? nullptr : this; }

  // At the end of the run: says what was not as the user may think.
  void report(const read::PlainRecords& plain) const;

 private:
  struct Lookup {
    const LookupSpec* spec;
    const LookupTopic* topic;
    json::Path member;   // .NAME
    std::string quoted;  // "NAME":
    mutable std::atomic<bool> has_found = false;
    mutable std::atomic<std::int64_t> misses = 0;  // Before it has found anything.
  };

  Result<void> append_value(const Lookup& lookup, const RecordView& record,
                            const json::EventParser& parser, std::string& out) const;
  Result<void> append_object(const Lookup& lookup, const RecordView& record,
                             std::string_view object, const json::EventParser& parser,
                             std::string& out) const;

  io::System* system_;
  const LookupOptions* options_;
  const read::EndCondition* end_;
  std::deque<LookupTopic> topics_;
  std::deque<Lookup> lookups_;
  std::optional<Timestamp> reached_;
  std::int64_t refreshed_ns_ = 0;
  std::optional<std::int64_t> waiting_until_ns_;
};

}  // namespace estream::tool
