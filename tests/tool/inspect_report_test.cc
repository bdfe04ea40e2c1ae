#include "tool/inspect/inspect_report.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "io/posix_system.h"
#include "io/user_file.h"
#include "support/temporary_directory.h"

using namespace estream;
using namespace estream::tool;

namespace {

const std::vector<Column> columns = {{"topic", "TOPIC"},
                                     {"size", "SIZE"},
                                     {"json_only", "NEVER", Column::Shown::in_json},
                                     {"key", "KEY"}};

std::string written(const ReportStyle& style, const std::vector<std::vector<Cell>>& rows) {
  io::PosixSystem system;
  TemporaryDirectory directory;
  const std::string path = directory / "out";
  {
    const auto file = io::open_for_appending(system, path);
    REQUIRE(file);
    io::Output output(system, file->fd(), "out");
    Report report(columns, style, output);
    for (const auto& row : rows) REQUIRE(report.add(row));
    REQUIRE(report.finish());
    REQUIRE(output.flush());
  }
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::vector<std::vector<Cell>> rows = {
    {text_cell("orders"), size_cell(2048), count_cell(1), text_cell("k\xc3\xa4")},
    {text_cell("x"), size_cell(7), count_cell(2), Cell()}};

}  // namespace

TEST_CASE("a table is aligned, numbers to the right, without blanks at the ends of lines") {
  CHECK(written({}, rows) ==
        "TOPIC     SIZE  KEY\n"
        "orders  2.0KiB  k\xc3\xa4\n"
        "x           7B  -\n");
}

TEST_CASE("headings can be left out, and sizes be in bytes") {
  ReportStyle style;
  style.heading = ReportStyle::Heading::hidden;
  style.sizes = ReportStyle::Sizes::in_bytes;
  CHECK(written(style, {rows[0]}) == "orders  2048  k\xc3\xa4\n");
}

TEST_CASE("without rows there are the headings") { CHECK(written({}, {}) == "TOPIC  SIZE  KEY\n"); }

TEST_CASE("JSON has one object a line, and what is not UTF-8 in base64") {
  ReportStyle style;
  style.shape = ReportStyle::Shape::json;
  CHECK(
      written(style, {rows[1], {text_cell("a\"b"), Cell(), ratio_cell(0.5), text_cell("\xff")}}) ==
      "{\"topic\":\"x\",\"size\":7,\"json_only\":2,\"key\":null}\n"
      "{\"topic\":\"a\\\"b\",\"size\":null,\"json_only\":0.5,\"key_b64\":\"/w==\"}\n");
}

TEST_CASE("text from outside cannot drive the terminal") {
  ReportStyle style;
  style.heading = ReportStyle::Heading::hidden;
  const std::string out =
      written(style, {{text_cell("t"), size_cell(1), Cell(), text_cell("\x1b[2J\n")}});
  CHECK(out == "t  1B  \\x1b[2J\\n\n");
}

TEST_CASE("a long table is written in blocks that stay aligned") {
  std::vector<std::vector<Cell>> many(5000, rows[0]);
  const std::string out = written({}, many);
  CHECK(std::ranges::count(out, '\n') == 5001);
  CHECK(out.rfind("TOPIC") == 0);
}

TEST_CASE("durations for people have two units at most") {
  CHECK(short_duration(0) == "0s");
  CHECK(short_duration(7) == "7ms");
  CHECK(short_duration(59'999) == "59s");
  CHECK(short_duration(61'000) == "1m1s");
  CHECK(short_duration(3'600'000) == "1h");
  CHECK(short_duration(90'000'000) == "1d1h");
  CHECK(short_duration(30LL * 86'400'000 + 5) == "30d");
  CHECK(short_duration(-5000) == "-5s");
}
