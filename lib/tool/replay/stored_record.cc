#include "tool/replay/stored_record.h"

#include <cstring>
#include <optional>

#include "base/assert.h"

namespace estream::tool {

namespace {

// In front of key, value and headers, which follow each other.
struct Head {
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = 0;
  std::int64_t key_bytes = -1;  // -1: null.
  std::int64_t value_bytes = -1;
  std::int32_t header_count = 0;
  std::uint32_t source = 0;
};

std::int64_t size_of(const std::optional<std::string_view>& field) {
  return field ? static_cast<std::int64_t>(field->size()) : -1;
}

std::optional<std::string_view> take_field(std::string_view& rest, std::int64_t size) {
  if (size < 0) return std::nullopt;
  const std::string_view field = rest.substr(0, static_cast<std::size_t>(size));
  rest.remove_prefix(field.size());
  return field;
}

}  // namespace

void store_record(std::string& out, std::uint32_t source, const RecordView& record) {
  const Head head = {.offset = record.offset.value,
                     .timestamp_ms = record.timestamp.ms,
                     .key_bytes = size_of(record.key),
                     .value_bytes = size_of(record.value),
                     .header_count = record.headers.count,
                     .source = source};
  out.append(reinterpret_cast<const char*>(&head), sizeof head);
  out += record.key.value_or(std::string_view());
  out += record.value.value_or(std::string_view());
  out += record.headers.encoded;
}

LoadedRecord load_record(std::string_view stored) {
  Head head;
  ASSERT(stored.size() >= sizeof head);
  std::memcpy(&head, stored.data(), sizeof head);
  stored.remove_prefix(sizeof head);
  LoadedRecord loaded;
  loaded.source = head.source;
  loaded.record.offset = {head.offset};
  loaded.record.timestamp = {head.timestamp_ms};
  loaded.record.key = take_field(stored, head.key_bytes);
  loaded.record.value = take_field(stored, head.value_bytes);
  loaded.record.headers = {head.header_count, stored};
  return loaded;
}

}  // namespace estream::tool
