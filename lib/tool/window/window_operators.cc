#include "tool/window/window_operators.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "text/duration.h"
#include "text/parsing.h"
#include "text/position.h"
#include "tool/arguments/needed_options.h"
#include "window/row_codec.h"

namespace estream::tool {

namespace {

using window::Operator;

constexpr std::int64_t day_ms = 86'400'000;

Error misuse_of(std::string_view option, const std::string& message) {
  return {Error::Code::usage, "option --" + std::string(option) + ": " + message};
}

// At least a millisecond: event time has no smaller unit.
Result<std::int64_t> read_ms(std::string_view option, std::string_view text) {
  const auto duration = text::parse_duration(text);
  if (!duration) return misuse_of(option, duration.error().message);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(*duration);
  if (ms.count() < 1 || ms != *duration) {
    return misuse_of(option,
                     text::refused(text, "is not whole milliseconds; write 1ms or more").message);
  }
  return ms.count();
}

Result<void> read_hop(std::string_view text, window::Settings& settings) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos) {
    return misuse_of("hop", text::unclear(text, "write DUR/STEP, as in 10m/1m").message);
  }
  settings.size_ms = TRY(read_ms("hop", text.substr(0, slash)));
  settings.step_ms = TRY(read_ms("hop", text.substr(slash + 1)));
  if (settings.step_ms <= settings.size_ms) return {};
  return misuse_of("hop", text::refused(text,
                                        "has a step that is longer than the window, so that "
                                        "events would be in none")
                              .message);
}

Result<void> read_session(std::string_view text, window::Settings& settings) {
  const std::size_t comma = text.find(',');
  settings.size_ms = TRY(read_ms("session", text.substr(0, comma)));
  if (comma == text.npos) return {};
  constexpr std::string_view max = "max=";
  const std::string_view rest = text.substr(comma + 1);
  if (!rest.starts_with(max)) {
    return misuse_of("session",
                     text::unclear(text, "write GAP,max=DUR, as in 30m,max=12h").message);
  }
  settings.max_ms = TRY(read_ms("session", rest.substr(max.size())));
  return {};
}

class SequenceReader {
 public:
  SequenceReader(window::Settings& settings, std::vector<query::Computation>& conditions)
      : settings_(settings), conditions_(conditions) {}

  Result<void> read(const WindowArguments& typed) {
    for (const cli::GivenOption& option : typed.steps) TRY(add(option));
    if (settings_.steps.empty() || typed.steps.front().name != "seq") {
      return misuse_of("seq", "a sequence begins with --seq EXPR");
    }
    if (settings_.steps.size() == 1 && settings_.steps.front().times == 1) {
      return misuse_of("seq", "what comes next is missing; give --then EXPR or --times N");
    }
    if (!typed.within) return misuse_of("seq", "needs --within DUR");
    settings_.size_ms = TRY(read_ms("within", *typed.within));
    if (typed.unless) settings_.unless = TRY(condition("unless", *typed.unless));
    settings_.is_unmatched_shown = typed.is_unmatched_shown;
    return {};
  }

 private:
  Result<void> add(const cli::GivenOption& option) {
    if (option.name == "times") {
      const auto times = text::parse_count(option.value);
      if (!times) return misuse_of("times", times.error().message);
      if (*times < 1 || *times > 1000) return misuse_of("times", "write a number from 1 to 1000");
      if (settings_.steps.empty()) return misuse_of("times", "stands behind --seq or --then");
      settings_.steps.back().times = *times;
      return {};
    }
    if (option.name == "seq" && !settings_.steps.empty()) {
      return misuse_of("seq", "begins a sequence once; the next events are --then EXPR");
    }
    settings_.steps.push_back({TRY(condition(option.name, option.value))});
    return {};
  }

  Result<unsigned> condition(std::string_view option, const std::string& text) {
    if (conditions_.size() == window::RowPlan::conditions_max) {
      return misuse_of(option, "a sequence has at most 64 conditions");
    }
    auto parsed = query::Computation::parse(text);
    if (!parsed) return misuse_of(option, parsed.error().message);
    conditions_.push_back(*std::move(parsed));
    return static_cast<unsigned>(conditions_.size() - 1);
  }

  window::Settings& settings_;
  std::vector<query::Computation>& conditions_;
};

// The one that was given; their names are said when there are none or several.
Result<Operator> chosen(const WindowArguments& typed) {
  const struct {
    bool is_given;
    Operator op;
    const char* name;
  } all[] = {{typed.tumble.has_value(), Operator::tumble, "--tumble"},
             {typed.hop.has_value(), Operator::hop, "--hop"},
             {typed.session.has_value(), Operator::session, "--session"},
             {typed.trailing.has_value(), Operator::trailing, "--trailing"},
             {typed.dedup.has_value(), Operator::dedup, "--dedup"},
             {typed.absent.has_value(), Operator::absent, "--absent"},
             {!typed.steps.empty(), Operator::sequence, "--seq, --then and --times"}};
  std::optional<Operator> found;
  const char* name = nullptr;
  for (const auto& one : all) {
    if (!one.is_given) continue;
    if (found) {
      return Error{Error::Code::usage, std::string("options ") + name + " and " + one.name +
                                           ": give only one; a pipe or a topic joins two"};
    }
    found = one.op;
    name = one.name;
  }
  if (found) return *found;
  return Error{Error::Code::usage,
               "what to compute is missing; give one of --tumble, --hop, --session, --trailing, "
               "--dedup, --absent and --seq"};
}

}  // namespace

Result<window::Settings> read_operator(const WindowArguments& typed,
                                       std::vector<query::Computation>& conditions) {
  window::Settings settings;
  settings.op = TRY(chosen(typed));
  TRY(check_needed(settings.op == Operator::sequence, "--seq EXPR",
                   {{typed.within.has_value(), "--within"},
                    {typed.unless.has_value(), "--unless"},
                    {typed.is_unmatched_shown, "--unmatched"}}));
  switch (settings.op) {
    case Operator::tumble:
      settings.size_ms = TRY(read_ms("tumble", *typed.tumble));
      break;
    case Operator::hop:
      TRY(read_hop(*typed.hop, settings));
      break;
    case Operator::session:
      TRY(read_session(*typed.session, settings));
      break;
    case Operator::trailing:
      settings.size_ms = TRY(read_ms("trailing", *typed.trailing));
      break;
    case Operator::dedup:
      settings.size_ms = TRY(read_ms("dedup", *typed.dedup));
      break;
    case Operator::absent:
      settings.size_ms = TRY(read_ms("absent", *typed.absent));
      break;
    case Operator::sequence:
      TRY(SequenceReader(settings, conditions).read(typed));
      break;
  }
  settings.is_by_days = settings.size_ms % day_ms == 0 && settings.step_ms % day_ms == 0;
  return settings;
}

}  // namespace estream::tool
