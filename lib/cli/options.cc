#include "cli/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "cli/completion.h"
#include "cli/environment.h"
#include "cli/help.h"
#include "cli/suggestion.h"
#include "cli/verb.h"
#include "cli/version.h"
#include "text/parsing.h"

namespace estream::cli {

namespace {

using Given = std::vector<std::string>;

Result<std::string> same_text(std::string_view text) { return std::string(text); }

// The options that every tool has: those of general_actions in that order, and --no-config.
std::vector<Option> general_options() {
  const auto option = [](OptionSpec spec, bool takes_value) {
    return Option{std::move(spec), "General", takes_value, {}};
  };
  return {
      option({.letter = 'h', .help = "print the common options"}, false),
      option({.name = "help", .help = "print all options"}, false),
      option({.letter = 'V', .name = "version", .help = "print the version"}, false),
      option({.name = "completion",
              .argument = "SHELL",
              .help = "print a completion script for bash, zsh or fish",
              .completion = Completion::values,
              .values = {"bash", "zsh", "fish"}},
             true),
      option({.name = "no-config", .help = "do not read the config file"}, false),
  };
}

constexpr std::array general_actions = {
    ParseOutcome::Action::short_help, ParseOutcome::Action::long_help,
    ParseOutcome::Action::version, ParseOutcome::Action::completion};

std::string version_text(const ToolDescription& tool) {
  std::string text = tool.tool + " " + version();
  if (!tool.parts.empty()) text += " with " + tool.parts;
  return text + "\n";
}

// `verb` is the verb that the question is about, or nothing.
Result<ParseOutcome> answer(ParseOutcome::Action action, const ToolDescription& tool,
                            const Verb* verb, const Given& given) {
  switch (action) {
    case ParseOutcome::Action::run:
      break;
    case ParseOutcome::Action::short_help:
      return ParseOutcome{action, cli::short_help(verb ? narrowed(tool, *verb) : tool)};
    case ParseOutcome::Action::long_help:
      return ParseOutcome{action, cli::long_help(verb ? narrowed(tool, *verb) : tool)};
    case ParseOutcome::Action::version:
      return ParseOutcome{action, version_text(tool)};
    case ParseOutcome::Action::completion: {
      const std::optional<Shell> shell = shell_from_name(given.back());
      if (!shell) {
        return Error{Error::Code::usage,
                     "option --completion: " +
                         text::unclear(given.back(), "write bash, zsh or fish").message};
      }
      return ParseOutcome{action, completion_script(tool, *shell)};
    }
  }
  return ParseOutcome{};
}

// That the verb takes every option given.
Result<void> check_verb(const ToolDescription& tool, const Verb& verb, std::string_view word,
                        const ParsedArguments& parsed) {
  for (std::size_t i = 0; i < tool.options.size(); i++) {
    const OptionSpec& spec = tool.options[i].spec;
    if (parsed.given[i].empty() || takes(tool, verb, spec)) continue;
    return not_taken(tool, verb, spec, word);
  }
  return {};
}

Result<void> apply_entry(const ConfigEntry& entry, const Option& option) {
  const std::string value = TRY(value_of(entry, option));
  if (!option.takes_value && value == "false") return {};
  return option.apply({value});
}

std::string shown_name(const OptionSpec& spec) {
  return spec.name.empty() ? std::string("-") + spec.letter : "--" + spec.name;
}

}  // namespace

OptionTable::OptionTable(std::string_view tool, std::string_view summary) {
  description_.tool = tool;
  description_.summary = summary;
}

OptionTable& OptionTable::group(std::string_view heading) {
  group_ = heading;
  return *this;
}

OptionTable& OptionTable::add(OptionSpec spec, std::function<Result<void>(const Given&)> apply) {
  if (spec.argument.empty() && !spec.values.empty()) {
    spec.argument = fmt::format("{}", fmt::join(spec.values, "|"));
  }
  ASSERT(!spec.name.empty() && !spec.argument.empty());
  description_.options.push_back({std::move(spec), group_, true, std::move(apply)});
  return *this;
}

OptionTable& OptionTable::flag(OptionSpec spec, bool& target) {
  return add_flag(std::move(spec), [&target](const std::string&) { target = true; });
}

OptionTable& OptionTable::add_flag(OptionSpec spec,
                                   std::function<void(const std::string& last)> apply) {
  description_.options.push_back({std::move(spec), group_, false, [apply](const Given& given) {
                                    apply(given.back());
                                    return Result<void>();
                                  }});
  return *this;
}

OptionTable& OptionTable::count(OptionSpec spec, int& target) {
  description_.options.push_back({std::move(spec), group_, false, [&target](const Given& given) {
                                    target += static_cast<int>(given.size());
                                    return Result<void>();
                                  }});
  return *this;
}

OptionTable& OptionTable::value(OptionSpec spec, std::string& target) {
  return value(std::move(spec), target, same_text);
}

OptionTable& OptionTable::value(OptionSpec spec, std::optional<std::string>& target) {
  return value(std::move(spec), target, same_text);
}

OptionTable& OptionTable::in_order(OptionSpec spec, std::vector<GivenOption>& target) {
  ordered_[description_.options.size()] = &target;
  return add(std::move(spec), [](const std::vector<std::string>&) { return Result<void>(); });
}

OptionTable& OptionTable::list(OptionSpec spec, std::vector<std::string>& target) {
  return list(std::move(spec), target, same_text);
}

OptionTable& OptionTable::only_in_long_help(std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const auto option = std::ranges::find(description_.options, name,
                                          [](const Option& one) { return one.spec.name; });
    ASSERT(option != description_.options.end());
    option->spec.common = false;
  }
  return *this;
}

OptionTable& OptionTable::operands(Operands operands, std::size_t least, std::size_t most,
                                   std::vector<std::string>& target) {
  description_.operands = std::move(operands);
  operands_least_ = least;
  operands_most_ = most;
  operands_target_ = &target;
  return *this;
}

OptionTable& OptionTable::add_verb(Verb verb, std::function<void()> choose) {
  for (const std::string& name : verb.options) {
    ASSERT(std::ranges::any_of(description_.options,
                               [&](const Option& option) { return option.spec.name == name; }));
  }
  description_.verbs.push_back(std::move(verb));
  verb_choosers_.push_back(std::move(choose));
  return *this;
}

OptionTable& OptionTable::command(std::string_view label, std::string_view with_option,
                                  std::vector<std::string>& target) {
  description_.command_label = label;
  command_option_ = with_option;
  command_target_ = &target;
  return *this;
}

OptionTable& OptionTable::config_topic(std::function<std::string()> topic) {
  config_topic_ = std::move(topic);
  return *this;
}

OptionTable& OptionTable::example(std::string_view command, std::string_view comment) {
  description_.examples.push_back({std::string(command), std::string(comment)});
  return *this;
}

OptionTable& OptionTable::built_with(std::string_view parts) {
  description_.parts = parts;
  return *this;
}

Error OptionTable::unknown_word(std::string_view text, const std::vector<std::string>& words) {
  return text::unclear(text, fmt::format("write {}", fmt::join(words, ", ")));
}

// At the end of the table and never in it, so that "General" is the last heading.
ToolDescription OptionTable::with_general_options() const {
  ToolDescription full = description_;
  for (Option& option : general_options()) full.options.push_back(std::move(option));
  return full;
}

Result<void> OptionTable::apply_operands(const Given& given) const {
  if (operands_target_ != nullptr) {
    operands_target_->insert(operands_target_->end(), given.begin(), given.end());
  }
  const Given& all = operands_target_ != nullptr ? *operands_target_ : given;
  const auto refuse = [this](const std::string& problem) {
    return Error{Error::Code::usage, problem + "; try '" + description_.tool + " -h'"};
  };
  if (all.size() < operands_least_) return refuse(description_.operands.label + " is missing");
  if (all.size() > operands_most_) return refuse("argument " + all.back() + " is one too many");
  return {};
}

Result<void> OptionTable::apply_options(const ToolDescription& full,
                                        const ParsedArguments& parsed) const {
  for (std::size_t i = 0; i < description_.options.size(); i++) {
    if (parsed.given[i].empty()) continue;
    const Option& option = full.options[i];
    const Result<void> applied = option.apply(parsed.given[i]);
    if (!applied) {
      return Error{applied.error().code,
                   "option " + shown_name(option.spec) + ": " + applied.error().message};
    }
  }
  return {};
}

void OptionTable::apply_order(const ParsedArguments& parsed) const {
  std::vector<std::size_t> taken(parsed.given.size());
  for (const std::size_t option : parsed.order) {
    const std::size_t value = taken[option]++;
    const auto target = ordered_.find(option);
    if (target == ordered_.end()) continue;
    target->second->push_back(
        {description_.options[option].spec.name, parsed.given[option][value]});
  }
}

Result<std::vector<std::string>> OptionTable::apply_config(const Config& config, const Verb* verb,
                                                           const ParsedArguments& parsed) const {
  const std::vector<ConfigEntry> entries = TRY(config.read());
  for (const ConfigEntry& entry : entries) {
    const auto own = std::ranges::find_if(description_.options, [&entry](const Option& option) {
      return option.spec.configurable && option.spec.name == entry.key;
    });
    const bool is_own = own != description_.options.end();
    TRY(is_own ? check_section(entry, own->spec) : check_key(entry, config.all_options()));
  }
  std::vector<std::string> configured;
  const std::string topic = config_topic_ ? config_topic_() : "";
  for (std::size_t i = 0; i < description_.options.size(); i++) {
    const Option& option = description_.options[i];
    const bool is_open = option.spec.configurable && parsed.given[i].empty() &&
                         (verb == nullptr || takes(description_, *verb, option.spec)) &&
                         std::ranges::none_of(option.spec.variables, [](const char* name) {
                           return variable(name).has_value();
                         });
    const ConfigEntry* entry = is_open ? find_entry(entries, option.spec.name, topic) : nullptr;
    if (entry == nullptr) continue;
    if (const auto applied = apply_entry(*entry, option); !applied) {
      return Error{applied.error().code,
                   entry->place + ": " + entry->key + ": " + applied.error().message};
    }
    configured.push_back(entry->key);
  }
  return configured;
}

Result<ParseOutcome> OptionTable::parse(Args args, const Config& config) const {
  const ToolDescription full = with_general_options();
  ParsedArguments parsed = TRY(parse_arguments(full, args));
  const std::string word = parsed.operands.empty() ? "" : parsed.operands.front();
  const Verb* verb = find_verb(full, word);

  // A question about the tool is answered whatever else is on the line.
  const std::size_t general_start = description_.options.size();
  for (std::size_t i = 0; i < general_actions.size(); i++) {
    const Given& given = parsed.given[general_start + i];
    if (!given.empty()) return answer(general_actions.at(i), full, verb, given);
  }

  if (!parsed.unknown.empty()) {
    return unknown_option(parsed.unknown.front(), verb ? narrowed(full, *verb) : full);
  }
  const Verb* meant = verb == nullptr && !full.verbs.empty() ? &full.verbs.front() : verb;
  if (meant != nullptr) TRY(check_verb(full, *meant, word, parsed));
  if (verb != nullptr) {
    parsed.operands.erase(parsed.operands.begin());
    verb_choosers_[static_cast<std::size_t>(verb - full.verbs.data())]();
  }
  sort_command(full, parsed);
  TRY(apply_options(full, parsed));
  apply_order(parsed);
  TRY(apply_operands(parsed.operands));
  if (command_target_ != nullptr) *command_target_ = parsed.command;
  ParseOutcome outcome;
  if (verb == nullptr) outcome.verb_suggestion = verb_suggestion(full, word);
  const bool is_without_config = !parsed.given.back().empty();
  if (config.read && !is_without_config) {
    outcome.configured = TRY(apply_config(config, meant, parsed));
  }
  return outcome;
}

// Without the option that a command goes with, "--" only ends the options.
void OptionTable::sort_command(const ToolDescription& full, ParsedArguments& parsed) const {
  for (std::size_t i = 0; i < full.options.size(); i++) {
    const bool is_given = !parsed.given[i].empty();
    if (is_given && full.options[i].spec.name == command_option_) return;
  }
  parsed.operands.insert(parsed.operands.end(), parsed.command.begin(), parsed.command.end());
  parsed.command.clear();
}

std::string OptionTable::short_help() const { return cli::short_help(with_general_options()); }

std::string OptionTable::long_help() const { return cli::long_help(with_general_options()); }

}  // namespace estream::cli
