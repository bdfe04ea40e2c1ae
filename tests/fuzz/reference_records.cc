#include "fuzz/reference_records.h"

namespace estream::fuzz {

namespace {

// Fails for good with the first thing that is wrong.
class SlowReader {
 public:
  explicit SlowReader(std::string_view bytes) : bytes_(bytes) {}

  std::int64_t number(int bits) {
    const std::size_t bytes_max = bits == 32 ? 5 : 10;
    std::uint64_t folded = 0;
    for (std::size_t i = 0;; i++) {
      if (i == bytes_max || at_ == bytes_.size()) return fail();
      const auto byte = static_cast<std::uint8_t>(bytes_[at_++]);
      folded += static_cast<std::uint64_t>(byte % 128) << (7 * i);
      if (byte >= 128) continue;
      // A last group of zeros adds nothing, and bits beyond the width are dropped.
      if ((i > 0 && byte == 0) || (i == 4 && bits == 32 && byte > 0x0F) || (i == 9 && byte > 1)) {
        is_canonical = false;
      }
      break;
    }
    if (bits == 32) folded = static_cast<std::uint32_t>(folded);
    const auto half = static_cast<std::int64_t>(folded / 2);
    return folded % 2 == 0 ? half : -half - 1;
  }

  std::string bytes(std::int64_t count) {
    if (count < 0 || static_cast<std::uint64_t>(count) > bytes_.size() - at_) {
      fail();
      return {};
    }
    at_ += static_cast<std::size_t>(count);
    return std::string(
        bytes_.substr(at_ - static_cast<std::size_t>(count), static_cast<std::size_t>(count)));
  }

  std::optional<std::string> field() {
    const std::int64_t length = number(32);
    if (length < -1) is_canonical = false;
    if (length < 0) return std::nullopt;
    return bytes(length);
  }

  bool is_at_end() const { return at_ == bytes_.size(); }
  std::size_t left() const { return bytes_.size() - at_; }

  bool is_good = true;
  bool is_canonical = true;

 private:
  std::int64_t fail() {
    is_good = false;
    at_ = bytes_.size();
    return 0;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

struct Place {
  std::int64_t delta = 0;
  OwnedRecord record;
};

std::optional<Place> read_record(const BatchHeader& header, std::string_view text,
                                 bool& is_canonical) {
  SlowReader reader(text);
  Place place;
  OwnedRecord& record = place.record;
  const std::string attributes = reader.bytes(1);
  if (attributes != std::string(1, '\0')) reader.is_canonical = false;
  const std::int64_t time_delta = reader.number(64);
  place.delta = reader.number(32);
  record.offset = header.base_offset.value + place.delta;
  record.timestamp_ms =
      static_cast<std::int64_t>(static_cast<std::uint64_t>(header.base_timestamp.ms) +
                                static_cast<std::uint64_t>(time_delta));
  if (header.timestamp_type == TimestampType::log_append_time) {
    record.timestamp_ms = header.max_timestamp.ms;
  }
  record.key = reader.field();
  record.value = reader.field();
  const std::int64_t count = reader.number(32);
  // More headers than bytes: no use in trying.
  if (count < 0 || static_cast<std::uint64_t>(count) > text.size()) return std::nullopt;
  for (std::int64_t i = 0; i < count && reader.is_good; i++) {
    const std::string key = reader.bytes(reader.number(32));
    record.headers.emplace_back(key, reader.field());
  }
  if (!reader.is_good || !reader.is_at_end()) return std::nullopt;
  is_canonical = is_canonical && reader.is_canonical;
  return place;
}

}  // namespace

OwnedRecord owned(const RecordView& view) {
  OwnedRecord record = {view.offset.value, view.timestamp.ms, {}, {}, {}};
  if (view.key) record.key = std::string(*view.key);
  if (view.value) record.value = std::string(*view.value);
  for (HeaderCursor headers(view.headers); auto header = headers.next();) {
    auto& copy = record.headers.emplace_back(header->key, std::nullopt);
    if (header->value) copy.second = std::string(*header->value);
  }
  return record;
}

std::optional<ReferenceRecords> reference_records(const BatchHeader& header,
                                                  std::string_view plain) {
  ReferenceRecords found;
  SlowReader reader(plain);
  std::int64_t previous = -1;
  for (std::int32_t i = 0; i < header.record_count; i++) {
    const std::string body = reader.bytes(reader.number(32));
    if (!reader.is_good) return std::nullopt;
    auto place = read_record(header, body, reader.is_canonical);
    if (!place || place->delta <= previous || place->delta > header.last_offset_delta) {
      return std::nullopt;
    }
    previous = place->delta;
    found.records.push_back(std::move(place->record));
  }
  if (!reader.is_at_end()) return std::nullopt;
  found.is_canonical = reader.is_canonical;
  return found;
}

}  // namespace estream::fuzz
