#include "log/maintenance/survey.h"

#include "log/maintenance/batch_walk.h"

namespace estream::log {

namespace {

class Surveyor {
 public:
  Surveyor(const io::Directory& directory, const RewriteRules& rules, Survey& survey)
      : directory_(directory), rules_(rules), survey_(survey) {}

  Result<void> visit(const BatchHeader& header, Bytes bytes) {
    if (header.producer_id >= 0) survey_.producer_ends[header.producer_id] = header.last_offset();
    if (header.record_count == 0) return {};
    if (rules_.judge == nullptr) {
      keep(header, header.record_count);
      return {};
    }
    if (header.is_control || header.is_transactional) {
      return Error{Error::Code::data,
                   directory_.name() +
                       ": has transactions of a Kafka broker, and estream-compact cannot remove "
                       "events from them; copy the events into a new topic"};
    }
    const auto records = decoder_.decode(header, bytes);
    if (!records) return in_batch(records.error(), directory_, header);
    std::int64_t kept = 0;
    for (const RecordView& record : *records) {
      if (look_at(header, record) == Fate::stays) kept++;
    }
    if (kept > 0) keep(header, kept);
    return {};
  }

 private:
  void keep(const BatchHeader& header, std::int64_t records) {
    SegmentSurvey& segment = survey_.segments.back();
    segment.kept_records += records;
    segment.kept_bytes += static_cast<std::int64_t>(header.size_bytes());
    // A batch without records may have to be added behind it.
    if (!covers_removed(header)) segment.kept_bytes += batch_header_bytes;
  }

  Fate look_at(const BatchHeader& header, const RecordView& record) {
    const Fate fate = rules_.judge->judge(header, record);
    if (fate == Fate::goes) survey_.segments.back().removed_records++;
    const bool is_stamp =
        rules_.delete_horizon && is_tombstone(record) && !header.has_delete_horizon;
    if (fate == Fate::goes || is_stamp) survey_.segments.back().has_changes = true;
    return fate;
  }

  const io::Directory& directory_;
  const RewriteRules& rules_;
  Survey& survey_;
  BatchDecoder decoder_;
};

}  // namespace

Result<Survey> take_survey(const io::Directory& directory, std::span<const SegmentSummary> sealed,
                           const RewriteRules& rules) {
  Survey survey;
  Surveyor surveyor(directory, rules, survey);
  for (const SegmentSummary& segment : sealed) {
    survey.segments.emplace_back();
    TRY(visit_batches(directory, segment, [&](const BatchHeader& header, Bytes bytes) {
      return surveyor.visit(header, bytes);
    }));
  }
  return survey;
}

}  // namespace estream::log
