#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/batch_builder.h"
#include "record/record.h"

namespace estream::json {

// A record that owns its bytes, for tests that want one in a line.
class TestRecord {
 public:
  explicit TestRecord(std::optional<std::string> value) : value_(std::move(value)) {}

  TestRecord& key(std::optional<std::string> key) {
    key_ = std::move(key);
    return *this;
  }
  TestRecord& at(std::int64_t offset, std::int64_t ms) {
    offset_ = {offset};
    timestamp_ = {ms};
    return *this;
  }
  TestRecord& header(std::string_view key, std::optional<std::string_view> value) {
    encode_header(headers_, {key, value});
    header_count_++;
    return *this;
  }

  RecordView view() const {
    RecordView record;
    record.offset = offset_;
    record.timestamp = timestamp_;
    if (key_) record.key = *key_;
    if (value_) record.value = *value_;
    record.headers = {header_count_, headers_};
    return record;
  }

 private:
  std::optional<std::string> value_;
  std::optional<std::string> key_;
  Offset offset_;
  Timestamp timestamp_;
  std::string headers_;
  std::int32_t header_count_ = 0;
};

}  // namespace estream::json
