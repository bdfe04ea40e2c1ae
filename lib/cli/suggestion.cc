#include "cli/suggestion.h"

#include <vector>

#include "cli/help.h"
#include "cli/nearest_word.h"

namespace estream::cli {

namespace {

std::string kcat_hint(char letter, std::string_view tool) {
  const bool is_produce = tool == "estream-produce";
  switch (letter) {
    case 'C':
      return is_produce ? "estream-consume reads" : "reading is the default; leave -C out";
    case 'P':
      return is_produce ? "writing is the default; leave -P out" : "estream-produce writes";
    case 'b':
      return "there is no broker: a topic is a directory in the data root (-d DIR)";
    case 'e':
      return "ending at the end is the default; leave -e out";
    case 'Q':
      return "estream-consume -S TIME -n 1 -F '%o' TOPIC prints the offset for a time";
    default:
      return {};
  }
}

std::string other_case(char letter, const std::vector<Option>& options) {
  const char other = static_cast<char>(letter ^ 0x20);
  for (const Option& option : options) {
    if (option.spec.letter == other) return option_names(option.spec);
  }
  return {};
}

}  // namespace

Error unknown_option(std::string_view given, const ToolDescription& tool) {
  std::string shown;
  std::string hint;
  std::string meant;
  if (given.starts_with("--")) {
    shown = given.substr(0, given.find('='));
    std::vector<std::string> names;
    for (const Option& option : tool.options) names.push_back(option.spec.name);
    meant = nearest_word(std::string_view(shown).substr(2), names);
    if (!meant.empty()) meant = "--" + meant;
  } else {
    shown = given.substr(0, 2);
    hint = kcat_hint(shown.back(), tool.tool);
    if (hint.empty()) meant = other_case(shown.back(), tool.options);
  }
  if (!meant.empty()) hint = meant + " is the nearest";
  return {Error::Code::usage, "unknown option " + shown + (hint.empty() ? "" : ": " + hint) +
                                  "; try '" + tool.tool + " -h'"};
}

}  // namespace estream::cli
