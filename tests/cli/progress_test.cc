#include "cli/progress.h"

#include <doctest/doctest.h>

using namespace estream::cli;
using Mode = Progress::Mode;
using Output = Progress::Output;

TEST_CASE("a terminal gets one line that overwrites itself, after a second") {
  Progress progress({.tool = "t", .output = Output::terminal, .start_ms = 5000});
  CHECK(progress.update(5999, "1").empty());
  CHECK(progress.update(6000, "12 records") == "\rt: 12 records");
  CHECK(progress.update(6199, "13 records").empty());
  CHECK(progress.update(6200, "9") == "\rt: 9         ");
  CHECK(progress.eraser() == "\r    \r");
  CHECK(progress.finish("9") == "\r    \r");
  CHECK(progress.finish("9").empty());
}

TEST_CASE("nothing is shown elsewhere, or with never") {
  Progress piped({.tool = "t", .output = Output::other});
  CHECK_FALSE(piped.is_due(1'000'000));
  CHECK(piped.update(1'000'000, "x").empty());
  Progress never({.tool = "t", .mode = Mode::never, .output = Output::terminal});
  CHECK(never.update(1'000'000, "x").empty());
  CHECK(never.finish("x").empty());
}

TEST_CASE("always means plain lines every five seconds, and one at the end") {
  Progress progress({.tool = "t", .mode = Mode::always, .output = Output::terminal});
  CHECK(progress.update(4999, "x").empty());
  CHECK(progress.update(5000, "x") == "t: x\n");
  CHECK(progress.update(9999, "x").empty());
  CHECK(progress.update(10000, "y") == "t: y\n");
  CHECK(progress.eraser().empty());
  CHECK(progress.finish("z") == "t: z\n");
}

TEST_CASE("json means the bare text, each second") {
  Progress progress({.tool = "t", .mode = Mode::json, .output = Output::terminal});
  CHECK(progress.update(999, "{}").empty());
  CHECK(progress.update(1000, "{}") == "{}\n");
  CHECK(progress.finish("{1}") == "{1}\n");
}

TEST_CASE("the interval can be set") {
  Progress progress({.tool = "t", .mode = Mode::always, .interval_ms = 100});
  CHECK(progress.update(100, "x") == "t: x\n");
  CHECK(progress.update(200, "x") == "t: x\n");
}

TEST_CASE("a line never wraps, and columns are not bytes") {
  Progress progress({.tool = "t", .output = Output::terminal});
  CHECK(progress.update(1000, std::string(200, 'x')).size() == 80);
  CHECK(progress.update(2000, "ä") == "\rt: ä" + std::string(75, ' '));
}

TEST_CASE("names in the text cannot drive the terminal") {
  Progress progress({.tool = "t", .output = Output::terminal});
  CHECK(progress.update(1000, "\x1b[2J\n") == "\rt: \\x1b[2J\\n");
}
