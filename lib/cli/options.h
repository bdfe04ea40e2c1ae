#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/config.h"
#include "cli/option.h"
#include "cli/option_parser.h"
#include "cli/run.h"

namespace estream::cli {

// What the command line asks for. Everything but `run` comes with the text to print on stdout.
struct ParseOutcome {
  enum class Action { run, short_help, long_help, version, completion };

  Action action = Action::run;
  std::string text = {};
  // "did you mean the verb keys?", when no verb was given but the first operand is nearly one.
  std::string verb_suggestion = {};
  std::vector<std::string> configured = {};  // The long names that the config file set.
};

// T, for a target that is a T or an optional<T>.
template <class T>
struct ValueOf {
  using type = T;
};
template <class T>
struct ValueOf<std::optional<T>> {
  using type = T;
};

// A value of one of several options whose order counts.
struct GivenOption {
  std::string name;  // The long name of the option.
  std::string value;
};

template <class Target>
using Choices = std::initializer_list<std::pair<const char*, typename ValueOf<Target>::type>>;

// A tool's options: one table gives the parser, -h, --help, --version and the shell completions.
//
//   std::vector<std::string> topics;
//   std::optional<Position> from;
//   std::int64_t max = -1;
//   bool follow = false;
//   Order order = Order::offset;
//
//   OptionTable table("estream-consume", "Print the records of topics.");
//   table.operands({.label = "TOPIC...", .completion = Completion::topic}, 1,
//                  OptionTable::no_limit, topics)
//       .group("Selecting")
//       .value({.letter = 'o', .name = "from", .argument = "POS", .help = "start there"}, from,
//              [&](std::string_view text) { return parse_position(text, now); })
//       .value({.letter = 'n', .name = "max", .argument = "N", .help = "stop after N"}, max,
//              parse_count)
//       .flag({.letter = 'f', .name = "follow", .help = "at the end, wait for more"}, follow)
//       .choice({.name = "order", .help = "how partitions mix"}, order,
//               {{"time", Order::time}, {"offset", Order::offset}})
//       .example("estream-consume orders", "print all records");
//   const ParseOutcome outcome = TRY(table.parse(args));
//   if (outcome.action != ParseOutcome::Action::run) return print(outcome.text);
//
// The manners are GNU's: options anywhere among the operands, "--" ends them, --from=POS, -oPOS,
// bundled letters, no abbreviations. A value may begin with a dash (-o -5). Of an option given
// twice the last value counts, unless it is a list. -h, --help, -V, --version, --completion and
// --no-config are added to every table. Targets keep their value when the option is absent; they
// must outlive the call of parse. Errors are Error::Code::usage and name the option.
class OptionTable {
 public:
  OptionTable(std::string_view tool, std::string_view summary);

  // The heading of the options that follow.
  OptionTable& group(std::string_view heading);

  // Sets `target`, or adds one to it each time (-vv).
  OptionTable& flag(OptionSpec spec, bool& target);
  OptionTable& count(OptionSpec spec, int& target);

  // Assigns the value to a T or an optional<T>; `read` makes a Result<T> of a string_view.
  template <class Target, class Parse>
  OptionTable& value(OptionSpec spec, Target& target, Parse read) {
    return add(std::move(spec), [&target, read](const std::vector<std::string>& given) {
      return assign(target, read(std::string_view(given.back())));
    });
  }
  OptionTable& value(OptionSpec spec, std::string& target);
  OptionTable& value(OptionSpec spec, std::optional<std::string>& target);

  // Appends every value given.
  template <class T, class Parse>
  OptionTable& list(OptionSpec spec, std::vector<T>& target, Parse read) {
    return add(std::move(spec),
               [&target, read](const std::vector<std::string>& given) -> Result<void> {
                 for (const std::string& text : given) {
                   target.push_back(TRY(read(std::string_view(text))));
                 }
                 return {};
               });
  }
  OptionTable& list(OptionSpec spec, std::vector<std::string>& target);

  // The same for options of which several have one target, so that their order is known.
  OptionTable& in_order(OptionSpec spec, std::vector<GivenOption>& target);

  // One of a few words. Help and completions show the words; `argument` may stay empty.
  template <class Target>
  OptionTable& choice(OptionSpec spec, Target& target, Choices<Target> choices) {
    using T = typename ValueOf<Target>::type;
    const std::vector<std::pair<const char*, T>> known(choices);
    spec.completion = Completion::values;
    for (const auto& [word, meaning] : known) spec.values.emplace_back(word);
    const std::vector<std::string> words = spec.values;
    return value(std::move(spec), target, [known, words](std::string_view text) -> Result<T> {
      for (const auto& [word, meaning] : known) {
        if (text == word) return meaning;
      }
      return unknown_word(text, words);
    });
  }

  // A flag that may have a word behind it, as --envelope=kcat. Alone it sets `plain`.
  template <class T>
  OptionTable& flag_or_choice(OptionSpec spec, std::optional<T>& target, T plain,
                              std::initializer_list<std::pair<const char*, T>> choices) {
    const std::vector<std::pair<const char*, T>> known(choices);
    for (const auto& [word, meaning] : known) spec.values.emplace_back(word);
    return add_flag(std::move(spec), [&target, plain, known](const std::string& word) {
      target = plain;
      for (const auto& [name, meaning] : known) {
        if (word == name) target = meaning;
      }
    });
  }

  static constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

  // Appends the arguments that belong to no option. The limits count what `target` holds in the
  // end, so that an option may fill the same list (-t TOPIC).
  OptionTable& operands(Operands operands, std::size_t least, std::size_t most,
                        std::vector<std::string>& target);

  // Lets the first operand be a verb, which is then no operand any more, and sets `target`. The
  // verb that is added first is meant when none is given, and sets nothing. The options come
  // before.
  //
  // Not CLI11's subcommands: those want a verb's options behind the verb and declared once for each
  // verb, while help, completions and errors are made of this table anyway.
  template <class Target>
  OptionTable& verb(Verb verb, Target& target, Target meaning) {
    return add_verb(std::move(verb), [&target, meaning] { target = meaning; });
  }

  // Takes everything behind "--" as a command and its arguments, if the option of that long name
  // is given. If not, "--" only ends the options.
  OptionTable& command(std::string_view label, std::string_view with_option,
                       std::vector<std::string>& target);

  // Leaves options of these long names out of what -h prints, for a tool that has more important
  // ones. They must be there.
  OptionTable& only_in_long_help(std::initializer_list<std::string_view> names);

  // The first three are shown by -h.
  OptionTable& example(std::string_view command, std::string_view comment);

  // What --version says behind "with" about the libraries inside.
  OptionTable& built_with(std::string_view parts);

  // What says for which topic's section of the config file the command is: asked when all options
  // are known, and empty for none.
  OptionTable& config_topic(std::function<std::string()> topic);

  // What is not on the command line comes from `config`, as far as the table allows that.
  Result<ParseOutcome> parse(Args args, const Config& config = {}) const;

  const std::vector<Option>& options() const { return description_.options; }

  // The texts that -h and --help print; the first should stay within 40 lines, the tests of a tool
  // check that. No line of either is longer than 80 columns unless an example is.
  std::string short_help() const;
  std::string long_help() const;

 private:
  OptionTable& add(OptionSpec spec,
                   std::function<Result<void>(const std::vector<std::string>&)> apply);
  OptionTable& add_flag(OptionSpec spec, std::function<void(const std::string& last)> apply);

  template <class Target, class T>
  static Result<void> assign(Target& target, Result<T> value) {
    if (!value) return std::move(value).error();
    target = *std::move(value);
    return {};
  }
  static Error unknown_word(std::string_view text, const std::vector<std::string>& words);

  OptionTable& add_verb(Verb verb, std::function<void()> choose);

  ToolDescription with_general_options() const;
  Result<void> apply_options(const ToolDescription& full, const ParsedArguments& parsed) const;
  Result<void> apply_operands(const std::vector<std::string>& given) const;
  void sort_command(const ToolDescription& full, ParsedArguments& parsed) const;
  Result<std::vector<std::string>> apply_config(const Config& config, const Verb* verb,
                                                const ParsedArguments& parsed) const;

  void apply_order(const ParsedArguments& parsed) const;

  ToolDescription description_;
  std::map<std::size_t, std::vector<GivenOption>*> ordered_;  // By the number of the option.
  std::vector<std::function<void()>> verb_choosers_;          // In the order of the verbs.
  std::string group_;
  std::size_t operands_least_ = 0;
  std::size_t operands_most_ = 0;
  std::vector<std::string>* operands_target_ = nullptr;
  std::vector<std::string>* command_target_ = nullptr;
  std::string command_option_;  // With which a command may be given.
  std::function<std::string()> config_topic_;
};

}  // namespace estream::cli
