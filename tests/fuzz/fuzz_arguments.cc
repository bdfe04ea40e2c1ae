// The command lines of all six tools: any arguments are understood or are a usage error, and
// reading them makes no file. The first byte is the tool, each line after it an argument.
#include <cstdlib>
#include <filesystem>

#include "fuzz/fuzz.h"
#include "io/posix_system.h"
#include "tool/compact/compact_options.h"
#include "tool/consume/consume_options.h"
#include "tool/inspect/inspect_options.h"
#include "tool/produce/produce_options.h"
#include "tool/replay/replay_options.h"
#include "tool/window/window_options.h"
#include "topic/topic_name.h"

using namespace estream;
using namespace estream::fuzz;

namespace {

Mark understood[] = {{"arguments", "a command line of produce is understood"},
                     {"arguments", "a command line of consume is understood"},
                     {"arguments", "a command line of replay is understood"},
                     {"arguments", "a command line of compact is understood"},
                     {"arguments", "a command line of inspect is understood"},
                     {"arguments", "a command line of window is understood"}};
Mark helped("arguments", "help is asked for");
Mark refused("arguments", "a command line is refused");

// The process works in a new directory, with everything that a default may name inside.
class Place {
 public:
  Place() {
    std::string name = (std::filesystem::temp_directory_path() / "estream-arguments-XXXXXX");
    PROPERTY(mkdtemp(name.data()) != nullptr);
    directory_ = name;
    started_in_ = std::filesystem::current_path();
    std::filesystem::current_path(directory_);
    for (const char* variable : {"HOME", "TMPDIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME"}) {
      setenv(variable, name.c_str(), 1);
    }
    unsetenv("ESTREAM_CONFIG");
    unsetenv("ESTREAM_DIR");
    unsetenv("ESTREAM_NOW");
  }
  ~Place() {
    std::filesystem::current_path(started_in_);
    std::filesystem::remove_all(directory_);
  }

  bool is_empty() const { return std::filesystem::is_empty(directory_); }

 private:
  std::filesystem::path directory_;
  std::filesystem::path started_in_;
};

template <class Command>
bool check(const Result<Command>& command, std::size_t tool) {
  if (!command) {
    refused.reach();
    PROPERTY(command.error().code == Error::Code::usage && !command.error().message.empty());
    return false;
  }
  const cli::ParseOutcome& outcome = command->outcome;
  const bool is_run = outcome.action == cli::ParseOutcome::Action::run;
  PROPERTY(is_run == outcome.text.empty());
  (is_run ? understood[tool] : helped).reach();
  return is_run;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Place place;
  Recipe recipe(data, size);
  static io::PosixSystem system;
  const std::size_t tool = recipe.choice(6);
  std::string_view rest = recipe.rest_text();
  std::vector<std::string> texts;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    // No argument of a process has a NUL in it.
    texts.emplace_back(rest.substr(0, std::min(end, rest.find('\0'))));
    rest.remove_prefix(std::min(rest.size(), end + 1));
  }
  const std::vector<std::string_view> args(texts.begin(), texts.end());
  if (tool == 0) {
    const auto request = tool::parse_produce_options(system, args);
    if (check(request, tool)) {
      const topic::TopicRef& topic = request->options.target.topic;
      PROPERTY(topic::check_topic_name(topic.name).has_value());
      PROPERTY(topic.partitions.empty());
      PROPERTY(request->options.build.batch_bytes >= 1);
      PROPERTY(!request->options.build.delimiter.empty());
    }
  } else if (tool == 1) {
    check(tool::parse_consume_options(system, args), tool);
  } else if (tool == 2) {
    check(tool::parse_replay_options(system, args), tool);
  } else if (tool == 3) {
    check(tool::parse_compact_options(system, args), tool);
  } else if (tool == 4) {
    check(tool::parse_inspect_options(system, args), tool);
  } else {
    check(tool::parse_window_options(system, args), tool);
  }
  PROPERTY(place.is_empty());
  return 0;
}
