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
    if (header.record_count == 0 || rules_.judge == nullptr) return {};
    if (header.is_control || header.is_transactional) {
      return Error{Error::Code::data,
                   directory_.name() +
                       ": holds transactions that a Kafka broker wrote, and estream-compact does "
                       "not take them apart; copy the events into a new topic"};
    }
    survey_.record_count += header.record_count;
    const auto records = decoder_.decode(header, bytes);
    if (!records) return in_batch(records.error(), directory_, header);
    for (const RecordView& record : *records) look_at(header, record);
    return {};
  }

 private:
  void look_at(const BatchHeader& header, const RecordView& record) {
    const bool goes = rules_.judge->judge(header, record) == Fate::goes;
    if (goes) survey_.removed_records++;
    const bool is_stamp =
        rules_.delete_horizon && is_tombstone(record) && !header.has_delete_horizon;
    if (goes || is_stamp) survey_.has_changes.back() = true;
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
    survey.has_changes.push_back(false);
    TRY(visit_batches(directory, segment, [&](const BatchHeader& header, Bytes bytes) {
      return surveyor.visit(header, bytes);
    }));
  }
  return survey;
}

}  // namespace estream::log
