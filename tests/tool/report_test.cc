#include "tool/report/report.h"

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

std::string written(const ReportStyle& style, const std::vector<std::vector<Cell>>& rows,
                    const std::vector<Column>& wanted = columns) {
  io::PosixSystem system;
  TemporaryDirectory directory;
  const std::string path = directory / "out";
  {
    const auto file = io::open_for_appending(system, path);
    REQUIRE(file);
    io::Output output(system, file->fd(), "out");
    Report report(wanted, style, output);
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

TEST_CASE("a narrow terminal gets the columns that fit, and is told of the others") {
  const std::vector<Column> wide = {{"topic", "TOPIC"},
                                    {.name = "size", .heading = "SIZE", .yields = 1},
                                    {"json_only", "NEVER", Column::Shown::in_json},
                                    {.name = "key", .heading = "KEY", .yields = 2}};
  ReportStyle style;
  style.is_terminal = true;
  const auto lines = [&](int width) {
    style.width = width;
    return written(style, rows, wide);
  };
  CHECK(lines(20) == "TOPIC     SIZE  KEY\norders  2.0KiB  k\xc3\xa4\nx           7B  -\n");
  CHECK(lines(19) == lines(20));
  CHECK(lines(18) ==
        "TOPIC   KEY\norders  k\xc3\xa4\nx       -\n1 column does not fit; -j has all\n");
  CHECK(lines(3) == "TOPIC\norders\nx\n2 columns do not fit; -j has all\n");
  CHECK(lines(0) == lines(80));
  style.heading = ReportStyle::Heading::hidden;
  CHECK(lines(3) == "orders\nx\n");
  style.is_terminal = false;
  CHECK(lines(3) == "orders  2.0KiB  k\xc3\xa4\nx           7B  -\n");
}

TEST_CASE("a table says how many rows it has left out") {
  ReportStyle style;
  style.rows_max = 1;
  CHECK(written(style, rows) ==
        "TOPIC     SIZE  KEY\norders  2.0KiB  k\xc3\xa4\n1 more row does not fit\n");
  style.shape = ReportStyle::Shape::json;
  CHECK(std::ranges::count(written(style, rows), '\n') == 2);
}

TEST_CASE("a table is aligned, numbers to the right, without blanks at the ends of lines") {
  CHECK(written({}, rows) ==
        "TOPIC     SIZE  KEY\n"
        "orders  2.0KiB  k\xc3\xa4\n"
        "x           7B  -\n");
}

TEST_CASE("what is missing among numbers stands to the right, too") {
  CHECK(written({}, {rows[0], {text_cell("y"), Cell(), Cell(), text_cell("k")}}) ==
        "TOPIC     SIZE  KEY\n"
        "orders  2.0KiB  k\xc3\xa4\n"
        "y            -  k\n");
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

TEST_CASE("a change is one word in a table, and two fields in JSON") {
  const std::vector<std::vector<Cell>> changes = {
      {text_cell("a"), change_of_size(2048, 7), change_of_count(12345, 3), Cell()},
      {text_cell("b"), change_of_size(7, 7), change_of_count(4, 4), Cell()}};
  CHECK(written({}, changes) ==
        "TOPIC        SIZE  KEY\n"
        "a      2.0KiB->7B  -\n"
        "b              7B  -\n");
  ReportStyle style;
  style.sizes = ReportStyle::Sizes::in_bytes;
  style.heading = ReportStyle::Heading::hidden;
  CHECK(written(style, {changes[0]}) == "a  2048->7  -\n");
  style.shape = ReportStyle::Shape::json;
  CHECK(written(style, {changes[1]}) ==
        "{\"topic\":\"b\",\"size_before\":7,\"size_after\":7,\"json_only_before\":4,"
        "\"json_only_after\":4,\"key\":null}\n");
}

TEST_CASE("a count has no blanks in it, and is JSON when it is asked for") {
  CHECK(shown(count_cell(254527), {}) == "254527");
  CHECK(shown(figure_cell("~254527"), {}) == "~254527");
  CHECK(figure_cell("~1").is_number());
}

TEST_CASE("an age is a duration, however far the time is from now") {
  ReportStyle style;
  style.now = {10'000'000};
  CHECK(shown(age_cell({10'000'000 - 90'000}), style) == "1m30s");
  CHECK(shown(age_cell({10'005'000}), style) == "-5s");
  CHECK(shown(age_cell({INT64_MIN}), style) == "106751991167d");
  CHECK(shown(duration_cell(10'000), style) == "10s");
}
