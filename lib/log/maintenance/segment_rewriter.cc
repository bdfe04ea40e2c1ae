#include "log/maintenance/segment_rewriter.h"

#include <algorithm>
#include <optional>
#include <string>

#include "log/maintenance/batch_walk.h"
#include "log/maintenance/rewrite_check.h"
#include "log/names.h"

namespace estream::log {

namespace {

constexpr std::size_t write_bytes = 1 << 20;

// Whether the group is worth a rewrite even if no record goes.
bool joins_empty(SegmentGroup group) {
  return group.size() > 1 &&
         std::ranges::any_of(group, [](const auto& segment) { return segment.record_count == 0; });
}

// Takes the batches of a group in order and writes the new ones. Offsets without records are
// covered by the batch before them, or, if that batch may not cover them, by a batch without
// records.
class GroupWriter {
 public:
  // `out` is null for a preview.
  GroupWriter(const RewriteRules& rules, const ProducerEnds& producer_ends, io::File* out,
              SegmentGroup group)
      : rewriter_(rules), producer_ends_(producer_ends), out_(out) {
    summary_.base = summary_.end = group.front().base;
    has_changes_ = joins_empty(group);
  }

  Result<void> add(const BatchHeader& header, Bytes bytes) {
    const RewrittenBatch rewritten = TRY(rewriter_.rewrite(header, bytes));
    removed_records_ += rewritten.removed_records;
    if (rewritten.kind == RewrittenBatch::Kind::emptied) {
      has_changes_ |= rewritten.removed_records > 0;
      return add_empty(header);
    }
    has_changes_ |= rewritten.kind == RewrittenBatch::Kind::changed;
    TRY(put_gap());
    const BatchHeader written = TRY(parse_batch_header(rewritten.bytes));
    summary_.record_count += written.record_count;
    summary_.max_timestamp = std::max(summary_.max_timestamp, written.max_timestamp);
    return put(written, rewritten.bytes);
  }

  Result<void> finish() {
    TRY(put_gap());
    return flush();
  }

  bool has_changes() const { return has_changes_; }
  std::int64_t removed_records() const { return removed_records_; }
  const SegmentSummary& summary() const { return summary_; }

 private:
  // Neighbouring batches without records become one batch. But a batch that a producer needs stays,
  // and so does one with another epoch, because readers check the epoch of the offset at which a
  // batch begins.
  Result<void> add_empty(const BatchHeader& header) {
    BatchHeader empty = empty_batch(header);
    const auto end = producer_ends_.find(header.producer_id);
    if (end != producer_ends_.end() && end->second == header.last_offset()) {
      TRY(put_gap());
      return put_empty(empty);
    }
    empty.producer_id = empty.producer_epoch = -1;
    empty.base_sequence = -1;
    empty.is_transactional = empty.is_control = false;
    const bool joins = gap_ && gap_->leader_epoch == empty.leader_epoch &&
                       empty.last_offset() - gap_->base_offset <= INT32_MAX;
    if (!joins) {
      TRY(put_gap());
      gap_ = empty;
    }
    gap_->last_offset_delta = static_cast<std::int32_t>(empty.last_offset() - gap_->base_offset);
    return {};
  }

  Result<void> put_gap() {
    if (!gap_) return {};
    const BatchHeader gap = *gap_;
    gap_.reset();
    const bool grows = last_ && covers_removed(*last_) && last_->leader_epoch == gap.leader_epoch &&
                       gap.last_offset() - last_->base_offset <= INT32_MAX;
    if (!grows) return put_empty(gap);
    last_->last_offset_delta = static_cast<std::int32_t>(gap.last_offset() - last_->base_offset);
    summary_.end = gap.next_offset();
    if (out_ != nullptr) {
      const MutableBytes batch = std::span(buffer_).subspan(last_position_);
      store_batch_header(batch, *last_);
      recompute_crc(batch);
    }
    return {};
  }

  Result<void> put_empty(const BatchHeader& header) {
    std::byte bytes[batch_header_bytes];
    store_batch_header(bytes, header);
    recompute_crc(bytes);
    return put(header, bytes);
  }

  Result<void> put(const BatchHeader& header, Bytes bytes) {
    ASSERT(header.base_offset == summary_.end);
    last_ = header;
    summary_.end = header.next_offset();
    summary_.bytes += bytes.size();
    if (summary_.bytes > INT32_MAX) {
      return Error{Error::Code::data, "the segment would grow over the limit of 2GiB"};
    }
    if (out_ == nullptr) return {};
    if (buffer_.size() >= write_bytes) TRY(flush());
    last_position_ = buffer_.size();
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    return {};
  }

  Result<void> flush() {
    if (out_ == nullptr) return {};
    TRY(out_->write_at(written_, buffer_));
    written_ += buffer_.size();
    buffer_.clear();
    return {};
  }

  BatchRewriter rewriter_;
  const ProducerEnds& producer_ends_;
  io::File* out_;
  std::vector<std::byte> buffer_;
  std::uint64_t written_ = 0;
  std::optional<BatchHeader> last_;  // The last batch that was put, and where it is in buffer_.
  std::size_t last_position_ = 0;
  std::optional<BatchHeader> gap_;  // Batches without records that are not written yet.
  SegmentSummary summary_;
  std::int64_t removed_records_ = 0;
  bool has_changes_ = false;
};

Result<void> write_group(const io::Directory& directory, SegmentGroup group, GroupWriter& writer) {
  for (const SegmentSummary& segment : group) {
    TRY(visit_batches(directory, segment,
                      [&](const BatchHeader& header, Bytes bytes) -> Result<void> {
                        auto added = writer.add(header, bytes);
                        if (!added) return in_batch(added.error(), directory, header);
                        return {};
                      }));
  }
  return writer.finish();
}

// Whether a new log was written, for Maintenance::replace.
Result<bool> write_new_log(const io::Directory& directory, SegmentGroup group,
                           const RewriteRules& rules, const ProducerEnds& producer_ends,
                           io::File& file, GroupWriter& writer) {
  TRY(write_group(directory, group, writer));
  if (!writer.has_changes()) return false;
  TRY(file.sync());
  TRY(file.close());
  TRY(check_rewrite(directory, group, Maintenance::new_name(group.front().base), rules,
                    producer_ends));
  return true;
}

void add_to_report(SegmentGroup group, const GroupWriter& writer, RewriteReport& report) {
  if (!writer.has_changes()) {
    report.sealed.insert(report.sealed.end(), group.begin(), group.end());
    return;
  }
  report.sealed.push_back(writer.summary());
  report.removed_records += writer.removed_records();
  report.rewritten_segments += static_cast<std::int64_t>(group.size());
}

// Rewrites one group, and adds the segments that are there afterwards to the report.
Result<void> rewrite_group(Maintenance& maintenance, SegmentGroup group, const RewriteRules& rules,
                           const ProducerEnds& producer_ends, Effect effect,
                           RewriteReport& report) {
  const io::Directory& directory = maintenance.directory();
  const Offset base = group.front().base;
  if (effect == Effect::preview) {
    GroupWriter writer(rules, producer_ends, nullptr, group);
    TRY(write_group(directory, group, writer));
    add_to_report(group, writer, report);
    return {};
  }
  const std::string name = Maintenance::new_name(base);
  io::File file = TRY(directory.create_file(name, segment_file_name(base, SegmentFile::log)));
  GroupWriter writer(rules, producer_ends, &file, group);
  auto is_new = write_new_log(directory, group, rules, producer_ends, file, writer);
  if (!is_new || !*is_new) {
    auto removed = directory.remove_file(name);
    if (!is_new) return std::move(is_new).error();
    TRY(std::move(removed));
  } else {
    std::vector<Offset> covered;
    for (const SegmentSummary& segment : group.subspan(1)) covered.push_back(segment.base);
    TRY(maintenance.replace(base, covered));
  }
  add_to_report(group, writer, report);
  return {};
}

// The most bytes that a group may keep. Positions in a segment have 31 bits, and each producer may
// need a batch without records, and another one before it.
std::int64_t joined_bytes_max(const Survey& survey) {
  constexpr std::int64_t epochs = 1000;  // Each epoch may begin with such a batch, too.
  const auto producers = static_cast<std::int64_t>(survey.producer_ends.size());
  return INT32_MAX - (2 * producers + epochs) * static_cast<std::int64_t>(batch_header_bytes);
}

}  // namespace

std::vector<SegmentGroup> plan_groups(std::span<const SegmentSummary> sealed, const Survey& survey,
                                      std::int64_t segment_bytes) {
  const std::int64_t bytes_max = joined_bytes_max(survey);
  std::vector<SegmentGroup> groups;
  for (std::size_t begin = 0; begin < sealed.size();) {
    std::int64_t bytes = survey.segments[begin].kept_bytes;
    std::int64_t records = survey.segments[begin].kept_records;
    std::size_t end = begin + 1;
    for (; end < sealed.size(); end++) {
      const SegmentSurvey& next = survey.segments[end];
      bytes += next.kept_bytes;
      const bool is_empty = records == 0 || next.kept_records == 0;
      if (bytes > (is_empty ? bytes_max : std::min(segment_bytes, bytes_max))) break;
      // Both indexes have 31 bits for an offset, counted from the segment's base.
      if (sealed[end].end - sealed[begin].base > INT32_MAX) break;
      records += next.kept_records;
    }
    groups.push_back(sealed.subspan(begin, end - begin));
    begin = end;
  }
  return groups;
}

Result<void> rewrite_groups(Maintenance& maintenance, std::span<const SegmentSummary> sealed,
                            const RewriteRules& rules, const Survey& survey,
                            std::int64_t segment_bytes, Effect effect, RewriteReport& report) {
  std::size_t index = 0;
  for (const SegmentGroup group : plan_groups(sealed, survey, segment_bytes)) {
    bool has_changes = rules.zstd_level.has_value() || joins_empty(group);
    for (const SegmentSummary& segment : group) {
      const SegmentSurvey& found = survey.segments[index++];
      has_changes |= found.has_changes;
      if (found.removed_records > 0) report.reduced_segments.push_back(segment.base);
    }
    if (has_changes) {
      TRY(rewrite_group(maintenance, group, rules, survey.producer_ends, effect, report));
    } else {
      report.sealed.insert(report.sealed.end(), group.begin(), group.end());
    }
  }
  return {};
}

Result<RewriteReport> rewrite_segments(Maintenance& maintenance,
                                       std::span<const SegmentSummary> sealed,
                                       const RewriteRules& rules, Effect effect) {
  const Survey survey = TRY(take_survey(maintenance.directory(), sealed, rules));
  RewriteReport report;
  TRY(rewrite_groups(maintenance, sealed, rules, survey, 0, effect, report));
  return report;
}

}  // namespace estream::log
