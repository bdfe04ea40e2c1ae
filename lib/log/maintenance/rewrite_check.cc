#include "log/maintenance/rewrite_check.h"

#include <optional>

#include "log/batch_reader.h"
#include "log/maintenance/batch_walk.h"

namespace estream::log {

namespace {

bool is_same(const RecordView& a, const RecordView& b) {
  return a.offset == b.offset && a.timestamp == b.timestamp && a.key == b.key &&
         a.value == b.value && a.headers.count == b.headers.count &&
         a.headers.encoded == b.headers.encoded;
}

bool is_same_producer(const BatchHeader& a, const BatchHeader& b) {
  return a.producer_id == b.producer_id && a.producer_epoch == b.producer_epoch &&
         a.base_sequence == b.base_sequence;
}

class RewriteCheck {
 public:
  RewriteCheck(const io::File& file, std::uint64_t size, Offset base, const RewriteRules& rules,
               const ProducerEnds& producer_ends)
      : file_(file),
        written_(file, 0, size),
        next_(base),
        rules_(rules),
        producer_ends_(producer_ends) {}

  Result<void> compare(const BatchHeader& source, Bytes bytes) {
    if (source.base_offset == next_) TRY(step(source));
    if (source.last_offset() > batch_.last_offset()) return differs(source);
    if (source.leader_epoch != batch_.leader_epoch) return differs(source);
    const auto end = producer_ends_.find(source.producer_id);
    const bool is_end = end != producer_ends_.end() && end->second == source.last_offset();
    if (is_end &&
        !(is_same_producer(source, batch_) && source.last_offset() == batch_.last_offset())) {
      return differs(source);
    }
    for (const RecordView& record : TRY(decoder_.decode(source, bytes))) {
      if (stays(source, record) && !is_next(record)) return differs(source);
    }
    return {};
  }

  Result<void> finish(Offset end) {
    const auto more = TRY(written_.peek());
    if (next_ != end || more || written_.position() != written_.limit() || !is_used_up()) {
      return differs(batch_);
    }
    return {};
  }

 private:
  // Goes to the next batch that was written. It has to begin at the offset of the source's batch.
  Result<void> step(const BatchHeader& source) {
    if (!is_used_up()) return differs(source);
    const auto header = TRY(written_.peek());
    if (!header || header->base_offset != source.base_offset) return differs(source);
    const bool is_longer = header->last_offset() != source.last_offset();
    if (is_longer && !covers_removed(*header)) return differs(source);
    batch_ = *header;
    TRY(written_.read(bytes_));
    records_ = TRY(written_decoder_.decode(batch_, bytes_));
    used_ = 0;
    next_ = batch_.next_offset();
    return {};
  }

  bool stays(const BatchHeader& source, const RecordView& record) const {
    if (source.is_control || source.is_transactional || rules_.judge == nullptr) return true;
    return rules_.judge->judge(source, record) == Fate::stays;
  }

  bool is_next(const RecordView& record) {
    return used_ < records_.size() && is_same(records_[used_++], record);
  }
  bool is_used_up() const { return used_ == records_.size(); }

  Error differs(const BatchHeader& at) const {
    return Error::in_file(Error::Code::corrupt, file_.name(),
                          "what was written differs from its source at offset " +
                              std::to_string(at.base_offset.value) + "; nothing was replaced");
  }

  const io::File& file_;
  BatchReader written_;
  Offset next_;        // Where the next batch of written_ has to begin.
  BatchHeader batch_;  // The one before it.
  const RewriteRules& rules_;
  const ProducerEnds& producer_ends_;
  std::vector<std::byte> bytes_;
  std::span<const RecordView> records_;  // Of batch_ ...
  std::size_t used_ = 0;                 // ... and how many of them have been compared.
  BatchDecoder decoder_;
  BatchDecoder written_decoder_;
};

}  // namespace

Result<void> check_rewrite(const io::Directory& directory, std::span<const SegmentSummary> group,
                           const std::string& name, const RewriteRules& rules,
                           const ProducerEnds& producer_ends) {
  const io::File file = TRY(directory.open_file(name, io::OpenMode::read));
  const std::uint64_t size = TRY(file.size_bytes());
  RewriteCheck check(file, size, group.front().base, rules, producer_ends);
  for (const SegmentSummary& segment : group) {
    TRY(visit_batches(directory, segment, [&](const BatchHeader& header, Bytes bytes) {
      return check.compare(header, bytes);
    }));
  }
  return check.finish(group.back().end);
}

}  // namespace estream::log
