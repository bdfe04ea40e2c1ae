#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "query/regex.h"
#include "record/record.h"
#include "record/record_place.h"

namespace estream::query {

// One `-G [!]FIELD:RE`: a regular expression on the bytes of a part of a record.
//
//   k:RE        the key           v:RE   the value          t:RE   the topic
//   h:NAME=RE   the value of a header NAME; one of them has to match if there are several
//
// A null or missing key, value or header never matches, not even an empty RE. A leading ! inverts
// the result, so that !k:RE also finds records without a key.
class Grep {
 public:
  // Error::Code::usage "column N: ...".
  static Result<Grep> parse(std::string_view text);

  // As it was written.
  const std::string& text() const { return text_; }

  bool matches(const RecordPlace& place, const RecordView& record) const;

 private:
  enum class Field { key, value, topic, header };
  enum class Sense { matching, not_matching };

  Grep(Sense sense, Field field, std::string header_name, Regex regex);

  bool is_found(const RecordPlace& place, const RecordView& record) const;
  bool is_found_in_headers(const RecordHeaders& headers) const;

  std::string text_;
  Sense sense_;
  Field field_;
  std::string header_name_;
  Regex regex_;
};

}  // namespace estream::query
