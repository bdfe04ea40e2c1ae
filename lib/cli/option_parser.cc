#include "cli/option_parser.h"

// The only file that knows CLI11: the header takes seconds to compile, and its exceptions end here.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "base/assert.h"
#include "cli/help.h"
#include "text/parsing.h"

namespace estream::cli {

namespace {

// Three things that CLI11 gets wrong are hidden from it: "--key=" it takes for "--key", and would
// swallow the next argument; "--quiet=true" it takes for "--quiet"; of "-q-" it makes "-q --". No
// argument of a process can contain a NUL, so sequences that begin with one can stand for the end
// of a value and for the dash on the way through.
constexpr std::string_view value_end("\0e", 2);
constexpr std::string_view dash("\0d", 2);

std::string hidden(std::string_view argument) {
  std::string text(argument);
  if (text.starts_with("--")) {
    if (text.find('=') != std::string::npos) text += value_end;
  } else if (text.starts_with('-')) {
    for (std::size_t at = text.find('-', 1); at != std::string::npos; at = text.find('-', at)) {
      text.replace(at, 1, dash);
    }
  }
  return text;
}

std::string revealed(std::string_view hidden_text) {
  std::string text;
  for (std::size_t at = 0; at < hidden_text.size(); at++) {
    if (hidden_text[at] != '\0') {
      text += hidden_text[at];
    } else if (hidden_text[++at] == dash[1]) {
      text += '-';
    }
  }
  return text;
}

// CLI11's spelling of all names of an option: "-o,--from,--start".
std::string parser_names(const OptionSpec& spec) {
  std::string names;
  const auto append = [&names](const std::string& name) {
    names += (names.empty() ? "" : ",") + name;
  };
  if (spec.letter != 0) append(std::string("-") + spec.letter);
  if (!spec.name.empty()) append("--" + spec.name);
  for (const std::string& alias : spec.aliases) append("--" + alias);
  return names;
}

// Operands are not declared to CLI11, which would read "[ab]" among them as a list; they come back
// as what it could not place, together with unknown options and the first "--".
void sort_remaining(const std::vector<std::string>& remaining, const ToolDescription& tool,
                    ParsedArguments& parsed) {
  bool is_behind_dashes = false;
  for (const std::string& hidden_text : remaining) {
    const std::string text = revealed(hidden_text);
    if (is_behind_dashes) {
      (tool.command_label.empty() ? parsed.operands : parsed.command).push_back(text);
    } else if (hidden_text == "--") {
      is_behind_dashes = true;
    } else if (text.starts_with('-') && text.size() > 1) {
      parsed.unknown.push_back(text);
    } else {
      parsed.operands.push_back(text);
    }
  }
}

bool is_named(const OptionSpec& spec, std::string_view argument) {
  if (!argument.starts_with("--")) return argument.back() == spec.letter;
  const std::string_view name = argument.substr(2);
  return name == spec.name || std::ranges::find(spec.aliases, name) != spec.aliases.end();
}

// Only the last argument can be an option whose value is missing.
Error value_is_missing(const ToolDescription& tool, std::string_view last) {
  for (const Option& option : tool.options) {
    if (!option.takes_value || !is_named(option.spec, last)) continue;
    return {Error::Code::usage,
            "option " + option_names(option.spec) + " needs a value: " + option.spec.argument};
  }
  return {Error::Code::usage, "option " + std::string(last) + " needs a value"};
}

// `given` is CLI11's answer, which is "true" for a flag without a value.
Result<void> check_flag(const Option& flag, const std::vector<std::string>& given) {
  for (const std::string& text : given) {
    const std::string word = revealed(text);
    const std::vector<std::string>& words = flag.spec.values;
    if (text == "true" || std::ranges::find(words, word) != words.end()) continue;
    if (words.empty()) {
      return Error{Error::Code::usage,
                   "option " + option_names(flag.spec) + " takes no value; leave it out"};
    }
    return Error{Error::Code::usage, "option --" + flag.spec.name + ": " +
                                         text::unclear(word, fmt::format("write {}, or nothing",
                                                                         fmt::join(words, ", ")))
                                             .message};
  }
  return {};
}

// Throws what CLI11 throws.
Result<ParsedArguments> parse_with_cli11(const ToolDescription& tool, Args args) {
  CLI::App app;
  app.set_help_flag("");
  app.allow_extras();
  std::vector<CLI::Option*> options;
  for (const Option& option : tool.options) {
    const std::string names = parser_names(option.spec);
    options.push_back(
        option.takes_value
            ? app.add_option(names)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
            : app.add_flag(names)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll));
  }

  std::vector<std::string> reversed;  // The order in which CLI11 wants a vector.
  for (const std::string_view argument : args) reversed.push_back(hidden(argument));
  std::ranges::reverse(reversed);
  app.parse(std::move(reversed));

  ParsedArguments parsed;
  for (std::size_t i = 0; i < options.size(); i++) {
    parsed.given.push_back(options[i]->results());
    if (!tool.options[i].takes_value) TRY(check_flag(tool.options[i], parsed.given.back()));
    for (std::string& text : parsed.given.back()) text = revealed(text);
  }
  for (const CLI::Option* option : app.parse_order()) {
    const auto place = std::ranges::find(options, option);
    parsed.order.push_back(static_cast<std::size_t>(place - options.begin()));
  }
  sort_remaining(app.remaining(), tool, parsed);
  return parsed;
}

}  // namespace

Result<ParsedArguments> parse_arguments(const ToolDescription& tool, Args args) {
  try {
    return parse_with_cli11(tool, args);
  } catch (const CLI::ArgumentMismatch&) {
    ASSERT(!args.empty());
    return value_is_missing(tool, args.back());
  } catch (const CLI::ParseError& problem) {
    return Error{Error::Code::usage,
                 std::string("arguments: ") + problem.what() + "; try '" + tool.tool + " -h'"};
  } catch (const CLI::ConstructionError& problem) {
    return Error{Error::Code::usage, std::string("option table: ") + problem.what()};
  }
}

}  // namespace estream::cli
