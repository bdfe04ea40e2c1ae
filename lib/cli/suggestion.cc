#include "cli/suggestion.h"

#include <algorithm>
#include <array>
#include <vector>

#include "cli/help.h"
#include "cli/nearest_word.h"

namespace estream::cli {

namespace {

// Options of kcat, rpk and Kafka's scripts that estream does not have, or not by that name.
struct ForeignOption {
  std::string_view names;  // With a space before and behind each.
  std::string_view tools;  // The verbs of the tools, likewise; empty for all.
  std::string_view hint;
};

constexpr std::string_view readers = " consume replay window ";

constexpr std::array<ForeignOption, 30> foreign_options = {{
    {" -C ", " produce ", "estream-consume reads"},
    {" -C ", "", "reading is the default; leave -C out"},
    {" -P ", " produce ", "writing is the default; leave -P out"},
    {" -P ", "", "estream-produce writes"},
    {" -b --bootstrap-server --broker-list --brokers --zookeeper ", "",
     "there is no broker: a topic is a directory in the data root (-d DIR)"},
    {" -e --exit ", "", "ending at the end is the default; leave it out"},
    {" -Q ", "", "estream-consume -S TIME -n 1 -F '%o' TOPIC prints the offset for a time"},
    {" -L --list --describe ", "", "estream-inspect lists topics"},
    {" -X --property --producer-property --consumer-property --command-config ", "",
     "there is no broker, and nothing to set for one"},
    {" -l ", " produce ", "-i FILE reads the lines of a file"},
    {" -K ", " consume ", "-F '%k:%v\\n' prints the key before the value"},
    {" --consumer-group ", " consume ", "-g GROUP shares a topic with the group's other members"},
    {" -g --group --consumer-group ", " replay ", "estream-consume -g GROUP reads as a group"},
    {" --consumer-group --group -g ", " inspect ", "estream-inspect lag shows how far groups are"},
    {" -Z ", " consume ", "-j tells null and empty values apart"},
    {" -s -E --use-schema-registry ", readers,
     "values are printed as they are stored; leave it out"},
    {" --include --whitelist --regex ", "", "-r takes the topics as regular expressions"},
    {" --isolation-level --read-committed ", " consume ",
     "only committed events are the default; --uncommitted prints all"},
    {" --meta-only ", " consume ", "-j --no-value prints all but the values"},
    {" --pretty-print ", readers, "'jq .' prints JSON on several lines"},
    {" --acks --request-required-acks ", " produce ", "--sync says how safe an event has to be"},
    {" --compression-codec ", " produce ", "-z CODEC compresses"},
    {" --file ", " produce ", "-i FILE reads a file"},
    {" --alter --config --add-config --topic-config ", "",
     "'estream-compact --set NAME=VALUE TOPIC' changes a setting"},
    {" --delete ", " compact ", "--drop erases events; 'rm -r' removes the directory of a topic"},
    {" --from-beginning ", readers, "the beginning is the default; leave it out"},
    {" --offset ", readers, "-o POS says where to start"},
    {" --max-messages --num --limit ", "", "-n N stops after N events"},
    {" --timeout-ms ", " consume ",
     "--idle DUR stops when nothing was printed for DUR, -T DUR gives up"},
    {" --create ", "", "the first event makes the topic"},
}};

std::string_view foreign_hint(std::string_view option, std::string_view tool) {
  const std::string name = " " + std::string(option) + " ";
  const std::string verb =
      " " + std::string(tool.substr(std::min(tool.find('-') + 1, tool.size()))) + " ";
  for (const ForeignOption& foreign : foreign_options) {
    const bool is_for_tool = foreign.tools.empty() || foreign.tools.find(verb) != verb.npos;
    if (is_for_tool && foreign.names.find(name) != name.npos) return foreign.hint;
  }
  return {};
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
  const bool is_long = given.starts_with("--");
  const std::string shown(given.substr(0, is_long ? given.find('=') : 2));
  std::string hint(foreign_hint(shown, tool.tool));
  std::string meant;
  if (!hint.empty()) {
    // What was probably meant is known.
  } else if (is_long) {
    std::vector<std::string> names;
    for (const Option& option : tool.options) names.push_back(option.spec.name);
    meant = nearest_word(std::string_view(shown).substr(2), names);
    if (!meant.empty()) meant = "--" + meant;
  } else {
    meant = other_case(shown.back(), tool.options);
  }
  if (!meant.empty()) hint = meant + " is the nearest";
  return {Error::Code::usage, "unknown option " + shown + (hint.empty() ? "" : ": " + hint) +
                                  "; try '" + tool.tool + " -h'"};
}

}  // namespace estream::cli
