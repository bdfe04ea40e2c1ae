#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/event_parser.h"
#include "record/record.h"
#include "record/record_place.h"

namespace estream::query {

struct FilterNode;

// A `-w` expression, in a small part of the language of jq. It only decides about records and never
// changes them.
//
// The operators, from the weakest to the strongest binding:
//
//   A | B            the result of A is the input of B
//   A or B
//   A and B
//   not A
//   A == B           also != < <= > >=, and A =~ "RE", and A in ("x", 2)
//   A + B, A - B
//   A * B, A / B
//   -A, (A)
//
// The operands:
//
//   paths        .  .a.b[0]  ."odd name"  .a[-1]
//   literals     42  -1.5e3  "text"  true  false  null
//   the record   $key $ts $partition $offset $topic $headers.name $headers["odd-name"]
//   functions    has("x") has(0) length test("RE") not, of the input from the left of |, or else of
//                the value
//
// These rules are jq's. null and false are false, and everything else is true. The order of values
// is null < false < true < numbers < strings < arrays < objects. A missing field is null, and so is
// a field of null. null + A is A. Strings are joined by +. If a field name is repeated, the last
// field counts.
//
// These rules are not jq's. Integers up to 64 bits are compared exactly. There is an operator =~,
// which is false for anything that is not a string. There is no arithmetic on arrays and objects.
// If a header name is repeated, the last header counts.
//
// If jq would stop with an error, the record does not match: 1 / 0, 1 - "a", 1 | test("a"), a field
// of a number (.a.b when .a is 1, 1 | has("a")), a value that is not JSON. The rest of the
// expression does not matter, unless `and` or `or` did not have to evaluate that part. A
// tombstone's value is null.
class Filter {
 public:
  // Error::Code::usage "column N: ...". Nesting and chains of arithmetic are limited.
  static Result<Filter> parse(std::string_view text);
  // The same, where each of `names` is a field even without a dot before it: n > 3. Any other bare
  // name is an error, which tells the names.
  static Result<Filter> parse_with_bare_names(std::string_view text,
                                              const std::vector<std::string>& names);

  // As it was written.
  const std::string& text() const { return text_; }

  // May be called from several threads at once, each with its own parser. If the expression uses
  // the value, the parser's last parse is forgotten.
  bool matches(const RecordPlace& place, const RecordView& record, json::EventParser& parser) const;

 private:
  Filter(std::string_view text, std::shared_ptr<const std::vector<FilterNode>> nodes);

  std::string text_;
  std::shared_ptr<const std::vector<FilterNode>> nodes_;  // The last one is the whole expression.
};

}  // namespace estream::query
