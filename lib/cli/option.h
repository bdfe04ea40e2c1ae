#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace estream::cli {

// What a shell can offer while a value is being typed.
enum class Completion { none, file, directory, topic, partition, group, member, values };

// One line of a tool's option table, as its author writes it.
struct OptionSpec {
  char letter = 0;            // -o; 0 for none.
  std::string name = {};      // --from, without the dashes.
  std::string argument = {};  // What --help calls the value: POS. Ignored for flags.
  std::string help = {};      // Lower case, no full stop; wrapped to the terminal by --help.
  bool common = false;        // Shown by -h too.
  Completion completion = Completion::none;
  // With Completion::values. Of a flag: the words that it may have, as --envelope=kcat.
  std::vector<std::string> values = {};
  std::vector<std::string> aliases = {};  // More long names, accepted but not shown.
  // Whether the config file may set it, as a default that changes nothing of what the command does.
  bool configurable = false;
  // The variables that say the same, and count before the config file when they are not empty.
  std::vector<const char*> variables = {};
};

// An option inside the table.
struct Option {
  OptionSpec spec;
  std::string group;
  bool takes_value = false;
  // Receives every value given, in order and at least one; for a flag without a word, "true".
  std::function<Result<void>(const std::vector<std::string>& given)> apply;
};

struct Operands {
  std::string label;  // "TOPIC..."; empty when the tool takes none.
  Completion completion = Completion::none;
};

struct Example {
  std::string command;
  std::string comment;
};

// A verb of a tool that has some: the first operand, when it is the name of one.
struct Verb {
  std::string name;
  std::string summary;        // One sentence.
  std::string operands = {};  // The label of what follows the verb: "[TOPIC...]".
  // The long names of the options that this verb takes and not every verb does. An option that is
  // in no such list belongs to all verbs.
  std::vector<std::string> options = {};
  std::vector<Example> examples = {};
  std::vector<std::string> foreign = {};  // What other programs call it, for a hint.
};

// All that parser, help and completions know about one tool: they cannot drift apart.
struct ToolDescription {
  std::string tool;
  std::string summary;  // One sentence.
  std::string parts;    // For --version: "zstd 1.5.4, simdjson 3.0.1"; may be empty.
  Operands operands;
  std::string command_label;  // What follows "--"; empty when "--" only ends the options.
  std::vector<Verb> verbs;    // The first one is meant when none is given.
  std::vector<Option> options;
  std::vector<Example> examples;
};

}  // namespace estream::cli
