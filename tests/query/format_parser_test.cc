#include <doctest/doctest.h>

#include "query/format.h"

namespace estream::query {

using namespace json;

static std::string error_of(std::string_view text) {
  const auto format = Format::parse(text);
  if (format) return "accepted";
  CHECK(format.error().code == Error::Code::usage);
  return format.error().message;
}

TEST_CASE("a mistake in a format is named by its column") {
  CHECK(error_of("%k %") ==
        "column 5: expected one of %t %p %o %i %k %v %s %K %V %d %h %{.path} %%");
  CHECK(error_of("é%x") ==
        "column 3: expected one of %t %p %o %i %k %v %s %K %V %d %h %{.path} %%");
  CHECK(error_of("\\q") == "column 2: unknown escape; there are \\n \\t \\r \\0 \\\\ and \\xNN");
  CHECK(error_of("\\") == "column 2: unknown escape; there are \\n \\t \\r \\0 \\\\ and \\xNN");
  CHECK(error_of("\\x4") == "column 2: unknown escape; there are \\n \\t \\r \\0 \\\\ and \\xNN");
  CHECK(error_of("%k{hux}") ==
        "column 3: expected {hex}, {base64}, {json} or {csv}; write \\x7b for a brace");
  CHECK(error_of("%d{date}") ==
        "column 3: expected {iso} or {strftime[...]}; write \\x7b for a brace");
  CHECK(error_of("%d{strftime[%H]") ==
        "column 3: expected {iso} or {strftime[...]}; write \\x7b for a brace");
  CHECK(error_of("%{.a}{xml}") ==
        "column 6: expected {hex}, {base64}, {json} or {csv}; write \\x7b for a brace");
  CHECK(error_of("%{a}") == "column 3: a path begins with a dot, as in .user");
  CHECK(error_of("%{.a b}") == "column 5: expected } after the path");
  CHECK(error_of("%h{%k") == "column 3: this { has no }");
  CHECK(error_of("%h{%t}") == "column 5: a header has only %k and %v; write %% for a percent");
}

TEST_CASE("a strftime format that cannot be printed is refused") {
  CHECK(error_of("%d{strftime[%H %Q]}") == "column 16: strftime has no such conversion");
  CHECK(error_of("%d{strftime[50%]}") == "column 15: strftime has no such conversion");
  CHECK(error_of("%d{strftime[%1000d]}") == "column 13: a width has at most 3 digits");
  CHECK(error_of("%d{strftime[%10s]}") == "column 13: %s has no flags and no width");
  CHECK(error_of(std::string_view("%d{strftime[\0]}", 15)) ==
        "column 13: strftime cannot print a zero byte");
  CHECK(error_of("%d{strftime[%-d.%Om.%EY %%]}") == "accepted");
}

TEST_CASE("the T that other tools have is refused with a hint") {
  CHECK(error_of("%T") ==
        "column 2: %T means the time to kcat and a length to rpk; write %d for the time, %t "
        "for the topic");
}

}  // namespace estream::query
