#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fuzz.h"
#include "record/batch_builder.h"
#include "record/record.h"
#include "record/record_place.h"

namespace estream::fuzz {

// Records that an expression is tried on.
struct SampleRecords {
  std::string headers;
  std::vector<RecordView> records;
  RecordPlace place = {"orders", 3};

  SampleRecords() {
    encode_header(headers, {"h", "x"});
    encode_header(headers, {"n", std::nullopt});
    encode_header(headers, {"h", "\xFF"});
    const RecordHeaders three = {3, headers};
    records.push_back(
        {{17}, {1732350000123}, "key", R"({"a":{"b":[1,-2.5,"x",null]},"b":"ab"})", three});
    records.push_back({{0}, {-1}, std::nullopt, std::nullopt, {}});
    records.push_back({{INT64_MAX - 1}, {INT64_MAX}, "\xFF\xFE", "not JSON\n", three});
    records.push_back({{1}, {INT64_MIN}, "", "18446744073709551615", {}});
    records.push_back({{2}, {253402300800000}, "k", R"([true,"\ud83d\ude00",1e400])", {}});
  }
};

// "column N: WHAT", where N is a place in the text or the one after it.
inline void check_column(const std::string& message, std::string_view text) {
  const std::string begin = "column ";
  PROPERTY(message.starts_with(begin));
  const std::size_t end = message.find(':', begin.size());
  PROPERTY(end != message.npos);
  const std::size_t column = std::stoul(message.substr(begin.size(), end - begin.size()));
  PROPERTY(column >= 1 && column <= text.size() + 1);
}

}  // namespace estream::fuzz
