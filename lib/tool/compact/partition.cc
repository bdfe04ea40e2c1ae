#include "tool/compact/partition.h"

#include <optional>
#include <span>
#include <utility>

#include "cli/say.h"
#include "log/maintenance/batch_walk.h"
#include "log/maintenance/maintenance.h"
#include "log/maintenance/segment_rewriter.h"
#include "tool/read/start_position.h"

namespace estream::tool {

namespace {

class DropJudge : public log::RecordJudge {
 public:
  DropJudge(const RecordSelection& selection, const PartitionSource& source)
      : selection_(selection), place_{source.topic->name(), source.partition} {}

  log::Fate judge(const BatchHeader&, const RecordView& record) const override {
    return selection_.matches(place_, record, parser_) ? log::Fate::goes : log::Fate::stays;
  }

 private:
  const RecordSelection& selection_;
  json::RecordPlace place_;
  mutable json::EventParser parser_;  // Working memory.
};

PartitionSize size_of(std::span<const log::SegmentSummary> sealed,
                      const log::SegmentSummary& active) {
  PartitionSize size = {1, active.record_count, static_cast<std::int64_t>(active.bytes),
                        sealed.empty() ? active.base : sealed.front().base};
  for (const log::SegmentSummary& segment : sealed) {
    size.segments++;
    size.records += segment.record_count;
    size.bytes += static_cast<std::int64_t>(segment.bytes);
  }
  return size;
}

class PartitionRun {
 public:
  PartitionRun(PartitionSource& source, const CompactPlan& plan) : source_(source), plan_(plan) {
    report_.topic = source.topic->name();
    report_.partition = source.partition;
  }

  Result<PartitionReport> run() {
    const io::Directory directory = source_.reader.directory();
    if (!is_preview()) TRY(make_ready());
    maintenance_ = TRY(log::Maintenance::open(directory, plan_.lock_timeout_ns));
    log::Inventory inventory = TRY(maintenance_->inventory());
    if (!is_preview()) TRY(maintenance_->remove_leftovers(inventory));
    report_.before = size_of(inventory.sealed, inventory.active);
    if (is_preview() && plan_.rolls) roll_in_mind(inventory);
    TRY(retain(inventory));
    TRY(rewrite(inventory));
    report_.after = size_of(inventory.sealed, inventory.active);
    return report_;
  }

 private:
  bool is_preview() const { return plan_.effect == log::Effect::preview; }

  // What a writer that died has left is recovered as by any other writer.
  Result<void> make_ready() {
    TRY(source_.topic->remove_dead_temporaries());
    const auto writer = TRY(
        source_.topic->open_writer(source_.partition, {.lock_timeout_ns = plan_.lock_timeout_ns}));
    if (plan_.rolls) TRY(writer->seal_active());
    for (const std::string& notice : writer->take_notices()) {
      cli::say(cli::Level::warning, notice);
    }
    return {};
  }

  static void roll_in_mind(log::Inventory& inventory) {
    if (inventory.active.bytes == 0) return;
    const Offset end = inventory.active.end;
    inventory.sealed.push_back(inventory.active);
    inventory.active = {};
    inventory.active.base = inventory.active.end = end;
  }

  Result<void> retain(log::Inventory& inventory) {
    log::RetentionLimits limits = plan_.limits;
    for (const cli::Position& position : plan_.before) {
      if (position.partition && *position.partition != source_.partition) continue;
      limits.before.reset();
      limits.before_time.reset();
      if (position.kind == cli::Position::Kind::time) {
        limits.before_time = Timestamp{position.value};
      } else {
        limits.before = TRY(resolve_position(source_, position));
      }
    }
    std::vector<log::SegmentSummary>& sealed = inventory.sealed;
    const std::size_t count = log::plan_retention(sealed, inventory.active, limits, plan_.now);
    if (count == 0) return {};
    const Offset start = count < sealed.size() ? sealed[count].base : inventory.active.base;
    const std::span<const log::SegmentSummary> oldest = std::span(sealed).first(count);
    if (!is_preview()) TRY(maintenance_->remove_oldest(oldest, start));
    report_.deleted_segments = static_cast<std::int64_t>(count);
    sealed.erase(sealed.begin(), sealed.begin() + static_cast<std::ptrdiff_t>(count));
    return {};
  }

  Result<void> rewrite(log::Inventory& inventory) {
    if (!plan_.keys && !plan_.dropped && !plan_.zstd_level) return {};
    log::RewriteReport rewritten = TRY(rewritten_segments(inventory));
    inventory.sealed = std::move(rewritten.sealed);
    report_.rewritten_segments = rewritten.rewritten_segments;
    report_.is_lower_bound = rewritten.is_lower_bound;
    return {};
  }

  Result<log::RewriteReport> rewritten_segments(const log::Inventory& inventory) {
    if (plan_.keys) {
      log::KeyCompaction options = *plan_.keys;
      options.now = plan_.now;
      options.zstd_level = plan_.zstd_level;
      options.segment_bytes = source_.topic->config().segment_bytes;
      return log::compact_keys(*maintenance_, inventory.sealed, options, plan_.effect);
    }
    log::RewriteRules rules;
    rules.zstd_level = plan_.zstd_level;
    std::optional<DropJudge> judge;
    if (plan_.dropped) {
      judge.emplace(*plan_.dropped, source_);
      rules.judge = &*judge;
      report_.left_records = TRY(count_dropped(*judge, inventory.active));
    }
    return log::rewrite_segments(*maintenance_, inventory.sealed, rules, plan_.effect);
  }

  Result<std::int64_t> count_dropped(const DropJudge& judge, const log::SegmentSummary& active) {
    std::int64_t count = 0;
    BatchDecoder decoder;
    const auto visit = [&](const BatchHeader& header, Bytes bytes) -> Result<void> {
      for (const RecordView& record : TRY(decoder.decode(header, bytes))) {
        if (judge.judge(header, record) == log::Fate::goes) count++;
      }
      return {};
    };
    TRY(log::visit_batches(maintenance_->directory(), active, visit));
    return count;
  }

  PartitionSource& source_;
  const CompactPlan& plan_;
  std::unique_ptr<log::Maintenance> maintenance_;
  PartitionReport report_;
};

}  // namespace

Result<PartitionReport> compact_partition(PartitionSource& source, const CompactPlan& plan) {
  if (source.topic->layout() == log::Layout::kafka) {
    return Error{Error::Code::usage,
                 source.name + ": is in a Kafka broker's directory, which estream only reads"};
  }
  return PartitionRun(source, plan).run();
}

}  // namespace estream::tool
