#include "prove/crash_campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

namespace estream::prove::crash {

namespace {

constexpr Persistence persistences[] = {Persistence::minimal, Persistence::ordered};
constexpr const char* persistence_names[] = {"minimal", "ordered"};

std::size_t index_of(Persistence persistence) {
  return persistence == Persistence::minimal ? 0 : 1;
}

// The parts of a name between slashes.
std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts(1);
  for (const char c : name) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::optional<std::uint64_t> number_of(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = failure == std::errc() && end == text.data() + text.size();
  return is_number ? std::optional(value) : std::nullopt;
}

bool is_core(const CrashState& state) {
  const std::string_view what = state.what;
  return what == "none" || what == "all" || what == "prefix";
}

}  // namespace

Campaign::Campaign(const Recording& recording, Tally& tally, std::vector<std::string>& failures,
                   const Options& options)
    : recording_(recording),
      tally_(tally),
      failures_(failures),
      failures_max_(options.failures_max),
      random_(options.seed) {
  for (const Persistence persistence : persistences) {
    std::vector<Storage>& storages = storages_[index_of(persistence)];
    storages.reserve(recording.steps.size() + 1);
    storages.emplace_back();
    for (const Step& step : recording.steps) {
      storages.push_back(storages.back());
      storages.back().add(step, persistence);
    }
  }
  versions_.push_back(0);
  for (std::size_t i = 1; i < recording.known.size(); i++) {
    const bool is_same = recording.known[i] == recording.known[i - 1];
    versions_.push_back(versions_.back() + (is_same ? 0 : 1));
  }
}

void Campaign::run(const Share& share, Clock::time_point deadline) {
  tally_.steps += std::ssize(recording_.steps);
  std::vector<std::size_t> order(recording_.steps.size() + 1);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::shuffle(order, random_);
  for (const std::size_t step : order) {
    for (const Persistence persistence : persistences) {
      if (is_over() || Clock::now() >= deadline) return;
      examine_moment(step, persistence, share);
    }
    examine_kills(step, share);
  }
}

std::vector<CrashState> Campaign::states_at(std::size_t step, Persistence persistence,
                                            Coverage coverage) const {
  return crash_states_of(storages_[index_of(persistence)][step], persistence, coverage, step);
}

Campaign::Subject Campaign::after_power_loss(std::size_t step, Persistence persistence,
                                             const CrashState& state) const {
  const Storage& before = storages_[index_of(persistence)][step];
  return {fmt::format("{}/{}/{}/{}", recording_.plan.name, persistence_names[index_of(persistence)],
                      step, state.name()),
          {state.disk_from(before.durable), {}},
          persistence,
          expectation_of(recording_, recording_.known[step], Death::power)};
}

void Campaign::examine_moment(std::size_t step, Persistence persistence, const Share& share) {
  const auto states = states_at(step, persistence, share.coverage);
  // The state of which some die again is any of the moment's.
  const std::size_t dies_again = random_() % states.size();
  for (std::size_t i = 0; i < states.size() && !is_over(); i++) {
    const bool is_wanted = is_core(states[i]) || random_() % share.one_of == 0;
    if (!is_wanted && i != dies_again) continue;
    const Subject subject = after_power_loss(step, persistence, states[i]);
    tally_.built++;
    // The same device may have to hold more at a later moment.
    const std::uint64_t key = subject.storage.durable.hash() + 0x9e3779b97f4a7c15 * versions_[step];
    const bool is_new = seen_.insert(key).second;
    if (!is_new && i != dies_again) continue;
    if (is_new) tally_.states++;
    const auto aftermath = settle(subject, some_depth(share));
    if (aftermath && i == dies_again) die_again_anywhere(subject, *aftermath, share.nested);
  }
}

// `out` must stay where it is: its storage points into it.
void Campaign::kill_at(std::size_t step, std::uint64_t cut, Subject& out) const {
  out.name = fmt::format("{}/kill/{}/{}", recording_.plan.name, step, cut);
  // The power may still go after that: of the two, this one takes more.
  out.persistence = Persistence::minimal;
  out.storage = storages_[index_of(out.persistence)][step];
  out.expected = expectation_of(recording_, recording_.known[step], Death::kill);
  if (cut == 0) return;
  out.torn = recording_.steps[step];
  out.torn.bytes.resize(cut);
  out.storage.add(out.torn, out.persistence);
}

void Campaign::examine_kills(std::size_t step, const Share& share) {
  std::vector<std::uint64_t> cuts = {0};
  const bool is_last = step == recording_.steps.size();
  if (!is_last && recording_.steps[step].kind == Step::Kind::write) {
    const Step& write = recording_.steps[step];
    const std::string name = storages_[0][step].all().name_of(write.node);
    const bool is_log = name.find(".log") != name.npos;
    for (const std::uint64_t cut :
         cuts_of_write(write, is_log ? Cut::anywhere : Cut::between_pages)) {
      if (share.one_of == 1 || random_() % 4 == 0) cuts.push_back(cut);
    }
  }
  for (const std::uint64_t cut : cuts) {
    if (is_over()) return;
    Subject subject;
    kill_at(step, cut, subject);
    tally_.kills++;
    const auto aftermath = settle(subject, some_depth(share));
    if (aftermath) die_again_anywhere(subject, *aftermath, share.nested);
  }
}

Depth Campaign::some_depth(const Share& share) {
  return random_() % share.rerun_one_of == 0 ? Depth::rerun : Depth::usual;
}

std::optional<Aftermath> Campaign::settle(const Subject& subject, Depth depth) {
  Aftermath aftermath;
  const auto failure =
      examine(subject.storage, subject.persistence, subject.expected, depth, aftermath);
  if (depth == Depth::rerun) tally_.reruns++;
  if (aftermath.had_torn_tail) tally_.torn_tails++;
  if (aftermath.had_lost_records) tally_.lost_records++;
  tally_.leftovers += aftermath.leftovers;
  if (!failure) return aftermath;
  fail(subject.name, *failure);
  return std::nullopt;
}

void Campaign::fail(const std::string& name, const std::string& what) {
  failures_.push_back(fmt::format("{}: {}; estream_prove crash --replay {}", name, what, name));
}

void Campaign::die_again_anywhere(const Subject& subject, const Aftermath& aftermath,
                                  std::size_t times) {
  for (std::size_t i = 0; i < times && !aftermath.steps.empty() && !is_over(); i++) {
    die_again(subject, aftermath, 1 + random_() % aftermath.steps.size(), "");
  }
}

// An empty name stands for any state.
void Campaign::die_again(const Subject& subject, const Aftermath& aftermath, std::size_t step,
                         const std::string& state_name) {
  if (step > aftermath.steps.size()) return;
  Storage storage = subject.storage;
  for (std::size_t i = 0; i < step; i++) storage.add(aftermath.steps[i], subject.persistence);
  const auto states = crash_states_of(storage, subject.persistence, Coverage::full, step);
  auto state = states.begin() + static_cast<std::ptrdiff_t>(random_() % states.size());
  if (!state_name.empty()) state = std::ranges::find(states, state_name, &CrashState::name);
  if (state == states.end()) return;
  tally_.nested++;
  (void)settle({fmt::format("{}/then/{}/{}", subject.name, step, state->name()),
                {state->disk_from(storage.durable), {}},
                subject.persistence,
                expectation_after(subject.expected, aftermath, step)},
               Depth::usual);
}

bool Campaign::replay(const std::string& name) {
  const std::vector<std::string> parts = parts_of(name);
  if (parts.size() != 4 && parts.size() != 7) return false;
  const auto step = number_of(parts[2]);
  if (!step || *step > recording_.steps.size()) return false;
  Subject subject;
  if (parts[1] == "kill") {
    const auto cut = number_of(parts[3]);
    if (!cut) return false;
    kill_at(*step, *cut, subject);
  } else {
    const Persistence persistence =
        parts[1] == persistence_names[0] ? Persistence::minimal : Persistence::ordered;
    const auto states = states_at(*step, persistence, Coverage::full);
    const auto state = std::ranges::find(states, parts[3], &CrashState::name);
    if (state == states.end()) return false;
    subject = after_power_loss(*step, persistence, *state);
  }
  const auto aftermath = settle(subject, parts.size() == 4 ? Depth::rerun : Depth::usual);
  if (!aftermath || parts.size() == 4) return true;
  const auto second = number_of(parts[5]);
  if (second) die_again(subject, *aftermath, *second, parts[6]);
  return second.has_value();
}

}  // namespace estream::prove::crash
