#include "tool/compact/partition.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/rfc3339.h"
#include "log/maintenance/batch_walk.h"
#include "log/maintenance/maintenance.h"
#include "log/maintenance/segment_rewriter.h"
#include "log/names.h"
#include "read/read_request.h"
#include "read/start_position.h"
#include "text/say.h"

namespace estream::tool {

namespace {

constexpr int preview_attempts_max = 5;

class DropJudge : public log::RecordJudge {
 public:
  DropJudge(const read::RecordSelection& selection, const read::PartitionSource& source)
      : selection_(selection), place_{source.topic->name(), source.partition} {}

  log::Fate judge(const BatchHeader&, const RecordView& record) const override {
    return selection_.matches(place_, record, parser_) ? log::Fate::goes : log::Fate::stays;
  }

 private:
  const read::RecordSelection& selection_;
  RecordPlace place_;
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
  PartitionRun(read::PartitionSource source, const CompactPlan& plan)
      : source_(std::move(source)), plan_(plan) {
    source_.isolation =
        read::Isolation::uncommitted;  // Retention does not ask what became of transactions.
    report_.topic = source_.topic->name();
    report_.partition = source_.partition;
  }

  Result<PartitionReport> run() {
    log::Inventory inventory = TRY(is_preview() ? look() : make_ready());
    const bool is_due = is_active_expired(inventory) || TRY(is_active_overdue(inventory));
    if (is_due) TRY(roll(inventory));
    TRY(retain(inventory));
    TRY(rewrite(inventory));
    if (plan_.dropped) TRY(count_quarantined());
    report_.after = size_of(inventory.sealed, inventory.active);
    return report_;
  }

 private:
  bool is_preview() const { return plan_.effect == log::Effect::preview; }

  // Takes no lock and needs only the right to read.
  Result<log::Inventory> look() {
    maintenance_ = log::Maintenance::preview(source_.reader.directory());
    log::Inventory inventory = TRY(log::take_inventory(source_.reader));
    TRY(note_leftovers(inventory));
    report_.before = size_of(inventory.sealed, inventory.active);
    if (plan_.rolls) roll_in_mind(inventory);
    return inventory;
  }

  // What a writer that died has left is recovered as by any other writer.
  Result<log::Inventory> make_ready() {
    {
      const auto writer = TRY(source_.topic->open_writer(
          source_.partition, {.lock_timeout_ns = plan_.lock_timeout_ns}));
      if (plan_.rolls) TRY(writer->seal_active());
      for (const std::string& notice : writer->take_notices()) {
        text::say(text::Level::warning, notice);
      }
    }
    maintenance_ = TRY(log::Maintenance::open(source_.reader.directory(), plan_.lock_timeout_ns));
    const log::Inventory inventory = TRY(maintenance_->inventory());
    TRY(note_leftovers(inventory));
    TRY(maintenance_->remove_leftovers(inventory));
    report_.before = size_of(inventory.sealed, inventory.active);
    // The report tells of the roll, too: what it sealed was the last segment, not one more.
    for (const log::SegmentSummary& segment : inventory.sealed) {
      if (segment.base >= source_.reader.end_segment()) report_.before.segments--;
    }
    return inventory;
  }

  bool is_active_expired(const log::Inventory& inventory) const {
    const auto& max_age_ms = plan_.limits.max_age_ms;
    return plan_.rolls_expired && max_age_ms && inventory.active.record_count > 0 &&
           log::is_expired(inventory.active, *max_age_ms, plan_.now);
  }

  // The first batch of a segment has its oldest events, as a broker takes it.
  Result<bool> is_active_overdue(const log::Inventory& inventory) {
    if (!plan_.rolls_overdue || !plan_.keys->max_lag_ms) return false;
    if (inventory.active.record_count == 0) return false;
    TRY(source_.reader.seek(inventory.active.base));
    const auto header = TRY(source_.reader.peek());
    return header && plan_.now - header->max_timestamp >= *plan_.keys->max_lag_ms;
  }

  // An append may come before it: the limits are applied to what is sealed then.
  Result<void> roll(log::Inventory& inventory) {
    if (is_preview()) {
      roll_in_mind(inventory);
      return {};
    }
    {
      const auto writer = TRY(source_.topic->open_writer(
          source_.partition, {.lock_timeout_ns = plan_.lock_timeout_ns}));
      TRY(writer->seal_active());
    }
    inventory = TRY(maintenance_->inventory());
    return {};
  }

  // Events of the future keep all that comes after them, until then.
  void warn_of_future(const log::SegmentSummary& kept) const {
    constexpr std::int64_t day_ms = 86'400'000;
    if (!plan_.limits.max_age_ms || kept.max_timestamp.ms - day_ms < plan_.now.ms) return;
    text::say(text::Level::warning,
              report_.topic + "/" + std::to_string(report_.partition) + "@" +
                  std::to_string(kept.base.value) + ": the newest time in this segment is " +
                  rfc3339(kept.max_timestamp.ms, plan_.zone) +
                  ", so that its age deletes neither it nor what comes after it; --before " +
                  std::to_string(kept.end.value) + " deletes it");
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
    if (const text::Position* before = read::position_for(plan_.before, source_.partition)) {
      if (before->kind == text::Position::Kind::time) {
        limits.before_time = Timestamp{before->value};
      } else {
        limits.before = TRY(read::resolve_position(source_, *before));
      }
    }
    std::vector<log::SegmentSummary>& sealed = inventory.sealed;
    const std::size_t wanted = log::plan_retention(sealed, inventory.active, limits, plan_.now);
    if (wanted < sealed.size()) warn_of_future(sealed[wanted]);
    const std::size_t count = without_unread(std::span(sealed).first(wanted));
    if (count == 0) return {};
    const Offset start = count < sealed.size() ? sealed[count].base : inventory.active.base;
    const std::span<const log::SegmentSummary> oldest = std::span(sealed).first(count);
    if (plan_.dropped) TRY(note_shared_of(oldest));
    if (!is_preview()) TRY(maintenance_->remove_oldest(oldest, start));
    report_.deleted_segments = static_cast<std::int64_t>(count);
    sealed.erase(sealed.begin(), sealed.begin() + static_cast<std::ptrdiff_t>(count));
    return {};
  }

  // How many of the segments no group needs any more. The report tells of the others.
  std::size_t without_unread(std::span<const log::SegmentSummary> segments) {
    if (!plan_.unread) return segments.size();
    const std::size_t count = log::count_below(segments, plan_.unread->needed);
    if (count == segments.size()) return count;
    report_.held_segments = static_cast<std::int64_t>(segments.size() - count);
    report_.held_by = plan_.unread->group;
    return count;
  }

  Result<void> rewrite(log::Inventory& inventory) {
    if (!plan_.keys && !plan_.dropped && !plan_.zstd_level) return {};
    const auto files = TRY(files_of(bases_of(inventory.sealed)));
    log::RewriteReport rewritten = TRY(rewritten_segments(inventory));
    inventory.sealed = std::move(rewritten.sealed);
    if (plan_.dropped) note_shared(files, rewritten.reduced_segments);
    report_.rewritten_segments = rewritten.rewritten_segments;
    report_.is_lower_bound = rewritten.is_lower_bound;
    return {};
  }

  using Files = std::map<Offset, io::FileStatus>;

  static std::vector<Offset> bases_of(std::span<const log::SegmentSummary> segments) {
    std::vector<Offset> bases;
    for (const log::SegmentSummary& segment : segments) bases.push_back(segment.base);
    return bases;
  }

  // As they are before the rewrite, which puts others in their places.
  Result<Files> files_of(const std::vector<Offset>& segments) const {
    Files files;
    if (!plan_.dropped) return files;
    const io::Directory& directory = maintenance_->directory();
    for (const Offset base : segments) {
      const std::string name = log::segment_file_name(base, log::SegmentFile::log);
      const auto status = TRY(directory.status(name));
      if (status) files[base] = *status;
    }
    return files;
  }

  // An erasure that died may have merged them into their neighbours, and not have said whose they
  // are, too.
  Result<void> note_leftovers(const log::Inventory& inventory) {
    note_shared(TRY(files_of(inventory.leftovers)), inventory.leftovers);
    return {};
  }

  void note_shared(const Files& files, const std::vector<Offset>& segments) {
    for (const Offset base : segments) {
      const auto file = files.find(base);
      if (file == files.end() || file->second.link_count <= 1) continue;
      report_.shared_segments++;
      report_.other_names += static_cast<std::int64_t>(file->second.link_count) - 1;
      report_.shared_files.emplace(file->second.device, file->second.inode);
    }
  }

  // Limits delete these segments here, with the events to be erased in them. Under other names,
  // the events stay.
  Result<void> note_shared_of(std::span<const log::SegmentSummary> deleted) {
    const Files files = TRY(files_of(bases_of(deleted)));
    const DropJudge judge(*plan_.dropped, source_);
    std::vector<Offset> bases;
    for (const log::SegmentSummary& segment : deleted) {
      const auto file = files.find(segment.base);
      const bool is_shared = file != files.end() && file->second.link_count > 1;
      if (is_shared && TRY(count_dropped(judge, segment)) > 0) bases.push_back(segment.base);
    }
    note_shared(files, bases);
    return {};
  }

  Result<void> count_quarantined() {
    const io::Directory& directory = maintenance_->directory();
    const auto status = TRY(directory.status(log::quarantine_name));
    if (!status) return {};
    const io::Directory quarantine = TRY(directory.open_directory(log::quarantine_name));
    report_.quarantined_files = static_cast<std::int64_t>(TRY(quarantine.list()).size());
    return {};
  }

  Result<log::RewriteReport> rewritten_segments(const log::Inventory& inventory) {
    if (plan_.keys) {
      log::KeyCompaction options = *plan_.keys;
      if (plan_.unread) options.keep_from = plan_.unread->needed;
      (void)without_unread(inventory.sealed);
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

  Result<std::int64_t> count_dropped(const DropJudge& judge, const log::SegmentSummary& segment) {
    std::int64_t count = 0;
    if (segment.bytes == 0) return count;
    BatchDecoder decoder;
    const auto visit = [&](const BatchHeader& header, Bytes bytes) -> Result<void> {
      for (const RecordView& record : TRY(decoder.decode(header, bytes))) {
        if (judge.judge(header, record) == log::Fate::goes) count++;
      }
      return {};
    };
    TRY(log::visit_batches(maintenance_->directory(), segment, visit));
    return count;
  }

  read::PartitionSource source_;
  const CompactPlan& plan_;
  std::unique_ptr<log::Maintenance> maintenance_;
  PartitionReport report_;
};

}  // namespace

Result<PartitionReport> compact_partition(const read::PartitionPlace& place,
                                          const CompactPlan& plan) {
  if (place.topic->layout() == log::Layout::kafka) {
    return Error{Error::Code::usage,
                 place.name + ": is in a Kafka broker's directory, which estream only reads"};
  }
  for (int attempt = 1;; attempt++) {
    auto report = PartitionRun(TRY(read::open_source(place)), plan).run();
    if (report || plan.effect == log::Effect::apply || attempt == preview_attempts_max) {
      return report;
    }
    // A preview holds no lock, so that segments may be replaced or removed under its eyes.
    const Error::Code code = report.error().code;
    if (code != Error::Code::not_found && code != Error::Code::corrupt) return report;
  }
}

}  // namespace estream::tool
