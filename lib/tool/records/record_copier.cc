#include "tool/records/record_copier.h"

#include <algorithm>
#include <chrono>

#include "base/murmur2.h"
#include "text/duration.h"
#include "text/parsing.h"

namespace estream::tool {

namespace {

// Whether records can keep the number of their partition.
bool has_same_partitions(const read::StagePlan& plan, std::int32_t count) {
  return std::ranges::all_of(
      plan.sources, [&](const read::StageSource& s) { return s.partition_count == count; });
}

}  // namespace

Result<Retime> parse_retime(std::string_view text) {
  if (text == "keep") return Retime{};
  if (text == "now") return Retime{Retime::Kind::now, 0};
  if (text.starts_with('+') || text.starts_with('-')) {
    const text::Duration length = TRY(text::parse_duration(text.substr(1)));
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(length).count();
    return Retime{Retime::Kind::shift, text.front() == '-' ? -ms : ms};
  }
  return text::unclear(text, "write now, keep, or a duration with its sign: +1h, -30d");
}

RecordCopier::RecordCopier(const CopyOptions& options, const read::StagePlan& plan,
                           std::int32_t partitions)
    : options_(&options),
      plan_(&plan),
      partitions_(partitions),
      keeps_partitions_(!options.key_field && has_same_partitions(plan, partitions)),
      keeps_records_(!options.key_field && options.headers.count == 0 &&
                     options.retime.kind == Retime::Kind::keep) {
  if (options.retime.kind == Retime::Kind::shift) shift_ms_ = options.retime.shift_ms;
}

Result<void> RecordCopier::copy(std::size_t source, const RecordView& record,
                                CopiedRecord& copied) {
  copied.record = record;
  if (!keeps_records_) {
    auto changed = change(copied.record);
    if (!changed) {
      const read::StageSource& from = plan_->sources[source];
      return Error{changed.error().code, from.topic + "/" + std::to_string(from.partition) + "@" +
                                             std::to_string(record.offset.value) + ": " +
                                             changed.error().message};
    }
  }
  copied.partition = place(source, copied.record.key);
  return {};
}

Result<void> RecordCopier::change(RecordView& record) {
  const auto key = TRY(key_of(record));
  record.timestamp = TRY(time_of(record));
  record.headers = headers_of(record);
  record.key = key;
  return {};
}

Result<std::optional<std::string_view>> RecordCopier::key_of(const RecordView& record) {
  if (!options_->key_field) return record.key;
  const std::string no_key = "has no key at " + options_->key_field->text;
  if (!record.value) return Error{Error::Code::data, "is a tombstone, and " + no_key};
  TRY(parser_.parse_copy(*record.value));
  const auto key = TRY(parser_.key_at(*options_->key_field));
  if (!key) return Error{Error::Code::data, no_key};
  return key;
}

RecordHeaders RecordCopier::headers_of(const RecordView& record) {
  if (options_->headers.count == 0) return record.headers;
  headers_buffer_.assign(record.headers.encoded);
  headers_buffer_ += options_->headers.encoded;
  return {record.headers.count + options_->headers.count, headers_buffer_};
}

Result<Timestamp> RecordCopier::time_of(const RecordView& record) {
  const std::int64_t old_ms = record.timestamp.ms;
  if (options_->retime.kind == Retime::Kind::keep || old_ms < 0) return record.timestamp;
  if (!shift_ms_) shift_ms_ = options_->now.ms - old_ms;
  std::int64_t ms = 0;
  if (__builtin_add_overflow(old_ms, *shift_ms_, &ms)) {
    return Error{Error::Code::data, "its time cannot be moved: no later one can be stored"};
  }
  if (ms < 0) {
    return Error{Error::Code::data, "its time cannot be moved: it would be before 1970"};
  }
  return Timestamp{ms};
}

std::size_t RecordCopier::place(std::size_t source,
                                const std::optional<std::string_view>& key) const {
  const std::int32_t own = plan_->sources[source].partition;
  if (keeps_partitions_) return static_cast<std::size_t>(own);
  return static_cast<std::size_t>(key ? partition_for_key(as_bytes(*key), partitions_)
                                      : own % partitions_);
}

bool RecordCopier::may_go(std::size_t source, std::size_t partition) const {
  if (!keeps_partitions_) return true;
  return static_cast<std::size_t>(plan_->sources[source].partition) == partition;
}

}  // namespace estream::tool
