#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/event_parser.h"
#include "record/record.h"
#include "record/record_place.h"

namespace estream::query {

struct FilterNode;

// A `-w` expression, a small part of jq that only decides and never reshapes:
//
//   A | B    A or B    A and B    not A    A == B, != < <= > >=    A =~ "RE"    A in ("x", 2)
//   A + B, A - B    A * B, A / B    -A    (A)                      from the loosest to the tightest
//
//   paths        .  .a.b[0]  ."odd name"  .a[-1]
//   literals     42  -1.5e3  "text"  true  false  null
//   the record   $key $ts $partition $offset $topic $headers.name $headers["odd-name"]
//   functions    has("x") has(0) length test("RE") not; of what stands left of |, or the value
//
// As in jq: null and false are false and all else is true; null < false < true < numbers < strings
// < arrays < objects; what is missing is null, and nothing is in null; null + A is A; strings are
// joined by +; of fields with one name the last counts. Unlike jq: integers up to 64 bits compare
// exactly; =~ exists, and is false for what is no string; there is no arithmetic on arrays and
// objects. Of several headers with one name the last counts.
//
// What jq stops at makes a record not match, whatever stands around it, unless and/or had no need
// to look: 1 / 0, 1 - "a", 1 | test("a"), a field of a number (.a.b where .a is 1, 1 | has("a")), a
// value that is not JSON. A tombstone's value is null.
class Filter {
 public:
  // Error::Code::usage "-w: column N: ...". Nesting and chains of arithmetic are limited.
  static Result<Filter> parse(std::string_view text);

  // May be called from several threads at once, each with its own parser, whose last parse is
  // forgotten if the expression looks into the value.
  bool matches(const RecordPlace& place, const RecordView& record, json::EventParser& parser) const;

 private:
  explicit Filter(std::shared_ptr<const std::vector<FilterNode>> nodes);

  std::shared_ptr<const std::vector<FilterNode>> nodes_;  // The last one is the whole expression.
};

}  // namespace estream::query
