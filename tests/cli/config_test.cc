#include "cli/config.h"

#include <doctest/doctest.h>

#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/scoped_variable.h"
#include "io/posix_system.h"
#include "support/temporary_directory.h"
#include "text/values.h"

using namespace estream;
using namespace estream::cli;
using Texts = std::vector<std::string>;

namespace {

std::string refusal(std::string_view text) {
  const auto entries = parse_config(text, "config");
  REQUIRE(!entries);
  CHECK(entries.error().code == Error::Code::usage);
  return entries.error().message;
}

// A tool whose defaults may come from a config file, but for --where; another tool has --linger.
struct Tool {
  std::optional<std::string> dir;
  std::optional<std::int64_t> max;
  std::optional<std::string> where;
  bool is_utc = false;
  Texts topics;
  OptionTable table{"estream-tool", "Does."};

  Tool() {
    table.operands({.label = "TOPIC..."}, 0, OptionTable::no_limit, topics)
        .config_topic([this] { return topics.size() == 1 ? topics.front() : ""; })
        .value({.letter = 'd',
                .name = "dir",
                .argument = "DIR",
                .completion = Completion::directory,
                .configurable = true,
                .variables = {"ESTREAM_DIR"}},
               dir)
        .value({.name = "max", .argument = "N", .configurable = true}, max, text::parse_count)
        .value({.name = "where", .argument = "EXPR"}, where)
        .flag({.name = "utc", .configurable = true}, is_utc);
  }
  Tool(const Tool&) = delete;  // The table refers to the members.
  Tool& operator=(const Tool&) = delete;

  Result<ParseOutcome> parse(const std::string& text, std::vector<std::string_view> args = {}) {
    const auto all_options = [this] {
      std::vector<OptionSpec> all = {{.name = "linger", .argument = "DUR", .configurable = true}};
      for (const Option& option : table.options()) all.push_back(option.spec);
      return all;
    };
    return table.parse(args, {[text] { return parse_config(text, "config"); }, all_options});
  }
  std::string refusal(const std::string& text, std::vector<std::string_view> args = {}) {
    const auto outcome = parse(text, std::move(args));
    return outcome ? "" : outcome.error().message;
  }
};

}  // namespace

TEST_CASE("a line is a setting, a section, a comment or empty") {
  const auto entries = parse_config(
      "# all\n\n dir = /a b#c  # here\r\nsync=batch\n[topic.or.d_e-rs]\n  linger =\n#x", "config");
  REQUIRE(entries);
  REQUIRE(entries->size() == 3);
  CHECK(entries->at(0).key == "dir");
  CHECK(entries->at(0).value == "/a b#c");
  CHECK(entries->at(0).topic.empty());
  CHECK(entries->at(0).place == "config:3");
  CHECK(entries->at(1).value == "batch");
  CHECK(entries->at(2).topic == "or.d_e-rs");
  CHECK(entries->at(2).value.empty());
  CHECK(entries->at(2).place == "config:6");
  CHECK(parse_config("", "config")->empty());
}

TEST_CASE("what cannot be read is an error with its line") {
  CHECK(refusal("\nutc") == "config:2: cannot read utc; write key = value");
  CHECK(refusal("= 3") == "config:1: cannot read = 3; write key = value");
  for (const std::string_view line : {"[orders]", "[topic.]", "[topic.a/b]", "[topic.a"}) {
    CAPTURE(line);
    CHECK(refusal(line).ends_with("; a section is [topic.NAME], with the name of a topic"));
  }
}

TEST_CASE("a key stands once in a section") {
  CHECK(refusal("utc = true\n\nutc = true") == "config:3: utc was set before, in config:1");
  CHECK(refusal("[topic.a]\nutc = true\n[topic.b]\n[topic.a]\nutc = true") ==
        "config:5: utc was set before, in config:2");
  CHECK(parse_config("utc = true\n[topic.a]\nutc = true", "config"));
}

TEST_CASE("the command line counts before the topic's section, and that before the rest") {
  const std::string text = "max = 1\nutc = true\n[topic.orders]\nmax = 2\n[topic.a]\nmax = 3\n";
  Tool none;
  REQUIRE(none.parse(text));
  CHECK(none.max == 1);
  CHECK(none.is_utc);
  Tool section;
  CHECK(section.parse(text, {"orders"})->configured == Texts{"max", "utc"});
  CHECK(section.max == 2);
  Tool typed;
  CHECK(typed.parse(text, {"orders", "--max", "9"})->configured == Texts{"utc"});
  CHECK(typed.max == 9);
  Tool several;
  REQUIRE(several.parse(text, {"orders", "a"}));
  CHECK(several.max == 1);
}

TEST_CASE("a variable counts before the config file, when it is not empty") {
  const ScopedVariable root("ESTREAM_DIR", "/mine");
  Tool tool;
  CHECK(tool.parse("dir = /its")->configured.empty());
  CHECK_FALSE(tool.dir);
  const ScopedVariable empty("ESTREAM_DIR", "");
  REQUIRE(tool.parse("dir = /its"));
  CHECK(tool.dir == "/its");
}

TEST_CASE("a directory is absolute or in the home, and for all topics") {
  const ScopedVariable root("ESTREAM_DIR", nullptr);
  const ScopedVariable home("HOME", "/home/ada");
  Tool tool;
  REQUIRE(tool.parse("dir = ~/events"));
  CHECK(tool.dir == "/home/ada/events");
  CHECK(Tool().refusal("dir = events") ==
        "config:1: dir: cannot read events; write a path that begins with / or ~/");
  CHECK(Tool().refusal("[topic.x]\ndir = /events", {"orders"}) ==
        "config:2: dir may not be set for one topic; set it above the sections");
}

TEST_CASE("a switch is true or false") {
  Tool tool;
  CHECK(tool.refusal("utc = yes") == "config:1: utc: cannot read yes; write true or false");
  REQUIRE(tool.parse("utc = false"));
  CHECK_FALSE(tool.is_utc);
}

TEST_CASE("a key of another tool is no error, and one of none or that acts is") {
  CHECK(Tool().refusal("linger = nonsense").empty());
  CHECK(Tool().refusal("[topic.x]\nmxa = 1") == "config:2: unknown key mxa; max is the nearest");
  CHECK(Tool().refusal("frobnicate = 1") ==
        "config:1: unknown key frobnicate; the keys are in estream(7)");
  CHECK(
      Tool().refusal("where = .a") ==
      "config:1: where may not be set here, because it changes what a command does; give it as the "
      "option --where");
}

TEST_CASE("a bad value is named with its line") {
  CHECK(Tool().refusal("\nmax = many").starts_with("config:2: max: cannot read many"));
}

TEST_CASE("--no-config and questions about the tool do not read it") {
  CHECK(Tool().refusal("nonsense", {"--no-config"}).empty());
  CHECK(Tool().refusal("nonsense", {"-h"}).empty());
  CHECK_FALSE(Tool().refusal("nonsense", {"a"}).empty());
}

TEST_CASE("the file is looked for in order") {
  io::PosixSystem system;
  const TemporaryDirectory directory;
  std::filesystem::create_directories(directory / ".config/estream");
  std::filesystem::create_directories(directory / "xdg/estream");
  std::ofstream(directory / ".config/estream/config") << "where = home";
  std::ofstream(directory / "xdg/estream/config") << "where = xdg";
  std::ofstream(directory / "own") << "where = own";
  const ScopedVariable home("HOME", directory.path().c_str());
  const ScopedVariable config_home("XDG_CONFIG_HOME", nullptr);
  const ScopedVariable own("ESTREAM_CONFIG", nullptr);
  CHECK(read_config(system)->front().value == "home");
  const ScopedVariable relative("XDG_CONFIG_HOME", "xdg");
  CHECK(read_config(system)->front().value == "home");
  const ScopedVariable absolute("XDG_CONFIG_HOME", (directory / "xdg").c_str());
  CHECK(read_config(system)->front().value == "xdg");
  const ScopedVariable named("ESTREAM_CONFIG", (directory / "own").c_str());
  CHECK(read_config(system)->front().value == "own");
  const ScopedVariable none("ESTREAM_CONFIG", "");
  CHECK(read_config(system)->empty());
}

TEST_CASE("only a named file has to be there, and any has to be readable and small") {
  io::PosixSystem system;
  const TemporaryDirectory directory;
  const ScopedVariable config_home("XDG_CONFIG_HOME", directory.path().c_str());
  const ScopedVariable unset("ESTREAM_CONFIG", nullptr);
  CHECK(read_config(system)->empty());
  const ScopedVariable missing("ESTREAM_CONFIG", (directory / "missing").c_str());
  CHECK(read_config(system).error().message.starts_with("ESTREAM_CONFIG: "));
  const ScopedVariable folder("ESTREAM_CONFIG", directory.path().c_str());
  CHECK_FALSE(read_config(system));
  std::ofstream(directory / "long") << std::string((64 << 10) + 1, '\n');
  const ScopedVariable too_long("ESTREAM_CONFIG", (directory / "long").c_str());
  CHECK(read_config(system).error().message.ends_with(
      "is longer than 64 KiB, so it is not a config file"));
  std::filesystem::resize_file(directory / "long", 64 << 10);
  CHECK(read_config(system)->empty());
}
