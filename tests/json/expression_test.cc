#include "json/expression.h"

#include <doctest/doctest.h>

namespace estream::json {

TEST_CASE("an expression's error counts characters and not bytes") {
  const Expression expression{".größe = 1"};
  const Error error = expression.error_at(expression.text.find('='), "no");
  CHECK(error.code == Error::Code::usage);
  CHECK(error.message == "column 8: no");
}

}  // namespace estream::json
