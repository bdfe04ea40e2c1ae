#include "log/maintenance/compaction.h"

#include <algorithm>
#include <utility>

#include "log/maintenance/key_round.h"
#include "log/maintenance/retention.h"

namespace estream::log {

namespace {

class Compaction {
 public:
  Compaction(Maintenance& maintenance, std::span<const SegmentSummary> sealed,
             const KeyCompaction& options, Effect effect)
      : maintenance_(maintenance), options_(options), effect_(effect) {
    report_.sealed.assign(sealed.begin(), sealed.end());
  }

  Result<RewriteReport> run() {
    const bool is_worth_it = TRY(is_dirty());
    if (!is_worth_it) return std::move(report_);
    const Offset end = report_.sealed.back().end;
    for (Offset from = report_.sealed.front().base; from < end;) {
      const KeyRound round = TRY(collect(from));
      TRY(rewrite(round));
      from = round.end;
      if (effect_ == Effect::preview && from < end) {
        report_.is_lower_bound = true;
        break;
      }
    }
    return std::move(report_);
  }

 private:
  Result<KeyRound> collect(Offset from) const {
    return collect_keys(maintenance_.directory(), report_.sealed, from, options_);
  }

  // Whether enough records would be removed, or the work must not wait. Stops at the round in which
  // this is certain.
  Result<bool> is_dirty() const {
    if (options_.min_dirty <= 0) return true;
    std::int64_t records = 0;
    for (const SegmentSummary& segment : report_.sealed) records += segment.record_count;
    const double least = options_.min_dirty * static_cast<double>(records);
    std::int64_t removed = 0;
    for (Offset from = report_.sealed.front().base; from < report_.sealed.back().end;) {
      KeyRound round = TRY(collect(from));
      const Removal removal =
          TRY(count_removed(maintenance_.directory(), report_.sealed, round, options_));
      removed += removal.records;
      if (removal.is_overdue || static_cast<double>(removed) >= least) return true;
      from = round.end;
    }
    return false;
  }

  Result<void> rewrite(const KeyRound& round) {
    const KeyJudge judge(round, options_);
    const RewriteRules rules = {&judge, Timestamp{options_.now.ms + options_.keep_tombstones_ms},
                                options_.zstd_level};
    const std::vector<SegmentSummary> sealed = std::exchange(report_.sealed, {});
    const Survey survey = TRY(take_survey(maintenance_.directory(), sealed, rules));
    return rewrite_groups(maintenance_, sealed, rules, survey, options_.segment_bytes, effect_,
                          report_);
  }

  Maintenance& maintenance_;
  const KeyCompaction& options_;
  Effect effect_;
  RewriteReport report_;
};

// The segments before the first one that has to be kept, or has a record that is too young.
std::span<const SegmentSummary> old_enough(std::span<const SegmentSummary> sealed,
                                           const KeyCompaction& options) {
  if (options.keep_from) sealed = sealed.first(count_below(sealed, *options.keep_from));
  if (options.min_lag_ms <= 0) return sealed;
  const auto young = std::ranges::find_if(sealed, [&](const SegmentSummary& segment) {
    return options.now.ms - segment.max_timestamp.ms < options.min_lag_ms;
  });
  return sealed.first(static_cast<std::size_t>(young - sealed.begin()));
}

}  // namespace

Result<RewriteReport> compact_keys(Maintenance& maintenance, std::span<const SegmentSummary> sealed,
                                   const KeyCompaction& options, Effect effect) {
  const std::span<const SegmentSummary> old = old_enough(sealed, options);
  RewriteReport report;
  if (!old.empty()) report = TRY(Compaction(maintenance, old, options, effect).run());
  const std::span<const SegmentSummary> rest = sealed.subspan(old.size());
  report.sealed.insert(report.sealed.end(), rest.begin(), rest.end());
  return report;
}

}  // namespace estream::log
