#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "json/records.h"
#include "query/filter.h"

// The same expressions on the same values, once by jq and once by us.

namespace estream::query {

using namespace json;

using Texts = std::vector<std::string>;

static const Texts values = {
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1.5",
    "\"a\"",
    "\"\"",
    "[]",
    "[1,2,3]",
    "{}",
    R"({"a":1})",
    R"({"a":1,"b":2})",
    R"({"a":"x","b":"y"})",
    R"({"a":null,"b":false})",
    R"({"a":[1,2],"b":[1,2]})",
    R"({"a":[1,2],"b":[1,3]})",
    R"({"a":[1],"b":[1,0]})",
    R"({"a":{"c":1},"b":{"c":1}})",
    R"({"a":{"c":1,"d":2},"b":{"d":2,"c":1}})",
    R"({"a":{"c":1},"b":{"d":0}})",
    R"({"a":{"c":2},"b":{"c":1}})",
    R"({"a":1,"a":3,"b":2})",
    R"({"a":"größe","b":"z"})",
    R"({"a":true,"b":1})",
    R"({"a":0.1,"b":0.2})",
    R"({"a":6,"b":3})",
    R"({"a":6,"b":0})",
    R"({"a":-2,"b":-2.0})",
    R"({"odd name":5,"a":[[7]]})",
    R"({"a":"abc","b":"abd"})",
    R"({"a":"x1"})",
    R"({"b":"x"})",
    R"({"a":{"b":{"c":[0,{"d":4}]}}})",
};

// The subset of the language that means the same in jq: of arithmetic only that of numbers and
// joining strings exists here.
static const Texts any_value_expressions = {
    ".",
    "true",
    "null",
    ". == null",
    ". | not",
    "length",
    "length > 1",
    "length == 0",
    "(. | length) + 1 == 4",
    ".a == null",
    ".a | not",
    ".a != 1",
    ".[0] == null",
    ".[-1] == 3",
    ".[0] != 1",
    "has(\"a\")",
    "has(\"a\") | not",
    "has(0)",
    "has(3) | not",
    "(.a == 1) or true",
    "true or (.a == 1)",
    "false and (.a == 1)",
    "test(\"a\") | not",
};

static const Texts object_expressions = {
    ".a",
    ".a == .b",
    ".a != .b",
    ".a < .b",
    ".a <= .b",
    ".a > .b",
    ".a >= .b",
    ".a == 1",
    ".a == \"x\"",
    ".a == null",
    ".a and .b",
    ".a or .b",
    ".a and .b | not",
    ".a | not or false",
    ".a | not and true",
    "(.a | not) or .b",
    ".a == 1 and .b == 2 or .a == 6",
    ".a == 6 or .a == 1 and .b == 2",
    ".a + .b == 3",
    ".a + 1 == 2",
    ".a - .b == 0",
    ".a < \"\" and .b < \"\" and .a * .b > 1",
    ".a / .b == 2",
    ".a < \"\" and .b < \"\" and .a + .b * 2 > 4",
    ".a < \"\" and .b < \"\" and (.a + .b) * 2 > 4",
    ".a - 1 - 1 == 4",
    ".a / 2 / 3 == 1",
    ".a + .b == \"xy\"",
    "-(.a) < 0",
    ".a < null",
    ".a < false",
    ".a < true",
    ".a < 0",
    ".a < \"\"",
    ".a < 1e300",
    ".a > \"a\"",
    ".a >= \"abc\"",
    "has(\"a\")",
    "has(\"odd name\")",
    ".\"odd name\" == 5",
    ".[\"odd name\"] == 5",
    "(.a | length) > 1",
    ".a | length == 2",
    "(.a | length) == (.b | length)",
    ".a | test(\"x\")",
    ".a | test(\"^x[0-9]$\")",
    "(.a | test(\"x\")) or true",
    "true or (.a | test(\"x\"))",
    ".a | has(0)",
    ".a | has(\"c\")",
    ".a | . == 1",
    "(.a == 1) == true",
    "(.a | not) == (.b | not)",
    ".a + null == .a",
    "null + .b == .b",
    ".a == .a",
    "false or .a",
    "1 == 1.0 and .a",
    ".a.c == null",
    ".a.c | not",
    ".a.c != 1",
    ".a.b.c[1].d == 4",
    ".a[0] == null",
    ".a[0] == 1",
    ".a[5] | not",
    ".a[-1] == 2",
    ".a[0][0] == 7",
    ".a | has(\"b\") | not",
    ".a | has(0) | not",
    ".a.c or .b",
    ".b or .a.c",
    ".a.c and .b | not",
};

static std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

static std::string output_of(const std::string& command) {
  const auto close = [](std::FILE* file) { ::pclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> pipe(::popen(command.c_str(), "r"), close);
  std::string output;
  std::array<char, 4096> buffer = {};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    output.append(buffer.data(), size);
  }
  return output;
}

// A directory that is gone at the end of the test.
class Scratch {
 public:
  Scratch()
      : path_(std::filesystem::temp_directory_path() /
              ("estream-jq-" + std::to_string(std::random_device()()))) {
    std::filesystem::create_directory(path_);
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string file(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name) << content;
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

// For each value a line with a 1 for each expression that selects it, a 0 for each other one. What
// jq stops at is not selected.
static std::vector<std::string> jq_answers(const Scratch& scratch, const Texts& expressions,
                                           const Texts& subjects) {
  std::string program = "[";
  for (const std::string& expression : expressions) {
    if (program.size() > 1) program += ", ";
    program += "(try (if (" + expression + ") then 1 else 0 end) catch 0)";
  }
  program += "] | map(tostring) | join(\"\")";
  std::string input;
  for (const std::string& subject : subjects) input += subject + "\n";
  return split_lines(output_of("jq -r -f '" + scratch.file("program.jq", program) + "' '" +
                               scratch.file("values.ndjson", input) + "'"));
}

static void compare_with_jq(const Texts& expressions, const Texts& subjects) {
  const Scratch scratch;
  const Texts expected = jq_answers(scratch, expressions, subjects);
  REQUIRE_MESSAGE(expected.size() == subjects.size(), "jq did not take all expressions");
  EventParser parser;
  for (std::size_t e = 0; e < expressions.size(); e++) {
    CAPTURE(expressions[e]);
    const auto filter = Filter::parse(expressions[e]);
    REQUIRE_MESSAGE(filter.has_value(), filter.error().message);
    for (std::size_t s = 0; s < subjects.size(); s++) {
      CAPTURE(subjects[s]);
      const bool is_expected = expected[s].at(e) == '1';
      CHECK(filter->matches({}, TestRecord(subjects[s]).view(), parser) == is_expected);
    }
  }
}

TEST_CASE("expressions that jq knows decide as jq does") {
  if (output_of("command -v jq").empty()) {
    MESSAGE("SKIPPED: jq is not installed, nothing was compared");
    return;
  }
  Texts objects;
  for (const std::string& value : values) {
    if (value.starts_with("{") || value == "null") objects.push_back(value);
  }
  compare_with_jq(any_value_expressions, values);
  compare_with_jq(object_expressions, objects);
}

}  // namespace estream::query
