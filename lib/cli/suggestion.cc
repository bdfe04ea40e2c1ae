#include "cli/suggestion.h"

#include <algorithm>
#include <vector>

#include "cli/help.h"

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

// "--from" for "--form" or "--fro", as far as it is near enough not to be a guess.
std::string nearest_name(std::string_view name, const std::vector<Option>& options) {
  std::string nearest;
  std::size_t least = name.size() < 5 ? 2 : 3;  // The first distance that is too far.
  for (const Option& option : options) {
    const std::string& candidate = option.spec.name;
    if (candidate.empty() || name.empty()) continue;
    const bool is_beginning = name.size() >= 2 && candidate.starts_with(name);
    const std::size_t distance = is_beginning ? 1 : edit_distance(name, candidate);
    if (distance >= least) continue;
    least = distance;
    nearest = "--" + candidate;
  }
  return nearest;
}

std::string other_case(char letter, const std::vector<Option>& options) {
  const char other = static_cast<char>(letter ^ 0x20);
  for (const Option& option : options) {
    if (option.spec.letter == other) return option_names(option.spec);
  }
  return {};
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the usual table: the one before last is needed for a swap.
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); j++) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); i++) {
    before.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); j++) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

Error unknown_option(std::string_view given, const ToolDescription& tool) {
  std::string shown;
  std::string hint;
  std::string meant;
  if (given.starts_with("--")) {
    shown = given.substr(0, given.find('='));
    meant = nearest_name(std::string_view(shown).substr(2), tool.options);
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
