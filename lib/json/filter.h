#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/event_parser.h"
#include "json/record_place.h"
#include "record/record.h"

namespace estream::json {

struct FilterNode;

// A `-w` expression, a small part of jq that only decides and never reshapes:
//
//   paths        .  .a.b[0]  ."odd name"  .a[-1]     missing is null, also inside what is no
//   container literals     42  -1.5e3  "text"  true  false  null record       $key $ts $partition
//   $offset $topic $headers.name $headers["odd-name"] operators    A | B,  or,  and,  not A,  == !=
//   < <= > >=,  A =~ "RE",  A in ("x", 2),
//                + -,  * /,  unary -,  (A);   loosest first
//   functions    has("x") has(0) length test("RE") not, of what stands left of |, else of the value
//
// As in jq: null and false are false and all else is true; null < false < true < numbers < strings
// < arrays < objects; null + A is A; strings are joined by +; of fields with one name the last
// counts. Unlike jq: integers up to 64 bits compare exactly; a path through a number or string is
// null; =~ exists, and is false for what is no string; there is no arithmetic on arrays and
// objects. Of several headers with one name the last counts.
//
// What jq stops at (1 / 0, 1 - "a", null | has("a"), 1 | test("a")) makes a record not match,
// whatever stands around it, unless and/or had no need to look. A value that is not JSON, or that
// is absent, is null.
class Filter {
 public:
  // Error::Code::usage "-w: column N: ...". Nesting and chains of arithmetic are limited.
  static Result<Filter> parse(std::string_view text);

  // May be called from several threads at once, each with its own parser, whose last parse is
  // forgotten if the expression looks into the value.
  bool matches(const RecordPlace& place, const RecordView& record, EventParser& parser) const;

 private:
  explicit Filter(std::shared_ptr<const std::vector<FilterNode>> nodes);

  std::shared_ptr<const std::vector<FilterNode>> nodes_;  // The last one is the whole expression.
};

}  // namespace estream::json
