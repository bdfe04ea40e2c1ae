#include "prove/faults_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>

namespace estream::prove::faults {

namespace {

// More than any work or check makes, also where reads give a byte at a time and each writer has to
// recover once more because the log cannot be cut.
constexpr std::int64_t calls_max = 20'000'000;
constexpr const char* end_names[] = {"kill", "power", "random"};
constexpr std::string_view random_recovery_prefix = "recovery-random-";

void plan(MemorySystem& system, const Planned& planned) {
  const Fault& fault = *planned.fault;
  const std::int64_t times = planned.lasts ? MemorySystem::forever : 1;
  if (fault.call == Call::sync) system.set_failed_sync(fault.failed_sync);
  if (fault.error == 0) {
    system.cut_short(fault.call, planned.nth, fault.share, times);
  } else {
    system.fail(fault.call, planned.nth, fault.error, times);
  }
}

// Whether a call that was refused can have been of no consequence.
bool is_refusing(const Case& one) {
  constexpr std::array calls = {Call::open, Call::read, Call::status, Call::list};
  return std::ranges::any_of(one.faults, [&](const Planned& planned) {
    return planned.lasts && planned.fault->error != 0 &&
           std::ranges::find(calls, planned.fault->call) != calls.end();
  });
}

void judge_work(const Case& one, Trial& trial, std::size_t descriptors,
                const std::optional<Error>& error, Complaints& complaints) {
  MemorySystem& system = trial.system;
  if (system.open_descriptors() != descriptors) {
    complaints.push_back({Harm::leak, fmt::format("{} descriptors are open, not {}",
                                                  system.open_descriptors(), descriptors)});
  }
  for (const std::string& what : system.touched_after_failed_sync()) {
    // The commit file is written in place by whoever comes next and its every sync is of bytes
    // that were just written; indexes are hints.
    const bool is_excepted =
        what.ends_with("commit") || what.ends_with("index") || what.ends_with("index.cleaned");
    if (!is_excepted) complaints.push_back({Harm::sync, what + " after a sync of it had failed"});
  }
  const bool may_look_damaged = std::ranges::any_of(
      one.faults, [](const Planned& planned) { return planned.fault->looks_like_damage(); });
  if (error && error->code == Error::Code::corrupt && !may_look_damaged) {
    complaints.push_back({Harm::corrupt, "the work: " + error->message});
  }
  if (error && error->message.find(": ") == std::string::npos) {
    complaints.push_back(
        {Harm::service, "an error that does not name its object: " + error->message});
  }
}

void come_to_an_end(MemorySystem& system, End end, std::uint64_t seed) {
  switch (end) {
    case End::kill:
      return system.kill();
    case End::power:
      return system.crash(MemorySystem::Loss::all_unsynced, seed);
    case End::random_power:
      return system.crash(MemorySystem::Loss::random, seed);
  }
}

std::optional<Planned> parse_planned(std::string_view text) {
  Planned planned;
  planned.lasts = text.ends_with('!');
  if (planned.lasts) text.remove_suffix(1);
  const std::size_t at = text.find('@');
  if (at == text.npos) return std::nullopt;
  const std::string_view number = text.substr(at + 1);
  std::from_chars(number.data(), number.data() + number.size(), planned.nth);
  for (const Fault& fault : all_faults()) {
    if (fault.name == text.substr(0, at)) planned.fault = &fault;
  }
  return planned.fault != nullptr ? std::optional(planned) : std::nullopt;
}

bool parse_end(std::string_view text, Case& one) {
  const std::size_t colon = text.find(':');
  if (colon != text.npos) one.seed = std::stoull(std::string(text.substr(colon + 1)));
  for (std::size_t i = 0; i < std::size(end_names); i++) {
    if (text.substr(0, colon) != end_names[i]) continue;
    one.end = static_cast<End>(i);
    return true;
  }
  return false;
}

}  // namespace

std::string Case::name() const {
  std::string text = operation->name;
  for (const Planned& planned : faults) {
    text += fmt::format(",{}@{}{}", planned.fault->name, planned.nth, planned.lasts ? "!" : "");
  }
  text += std::string(",") + end_names[static_cast<int>(end)];
  return seed == 0 ? text : fmt::format("{}:{}", text, seed);
}

Verdict run_case(const Case& one) {
  Verdict verdict;
  const std::unique_ptr<Trial> trial = one.operation->make();
  MemorySystem& system = trial->system;
  const std::size_t descriptors = system.open_descriptors();
  const std::int64_t fired_before = system.fired_faults();
  for (const Planned& planned : one.faults) plan(system, planned);
  std::optional<Error> error;
  try {
    system.limit_calls(calls_max);
    auto done = trial->work();
    verdict.is_done = done.has_value();
    if (!done) error = std::move(done).error();
    judge_work(one, *trial, descriptors, error, verdict.complaints);
    verdict.fired = system.fired_faults() - fired_before;
    system.clear_faults();
    come_to_an_end(system, one.end, one.seed);
    system.limit_calls(calls_max);
    Situation situation = {.is_done = verdict.is_done,
                           .is_refusing = verdict.fired > 0 && is_refusing(one),
                           .end = one.end};
    for (const Planned& planned : one.faults) {
      if (planned.fault->call == Call::sync) situation.failed_sync = planned.fault->failed_sync;
      situation.cuts_writes |= planned.fault->call == Call::write && planned.fault->error == 0;
    }
    trial->judge(situation, verdict.complaints);
  } catch (const std::exception& problem) {
    verdict.fired = system.fired_faults() - fired_before;
    system.clear_faults();
    verdict.complaints.push_back({Harm::hang, problem.what()});
  }
  return verdict;
}

std::vector<Operation> all_operations() {
  std::vector<Operation> all;
  for (auto* some : {produce_operations, recovery_operations, maintenance_operations,
                     reading_operations, topic_operations, group_operations}) {
    for (Operation& operation : some()) all.push_back(std::move(operation));
  }
  return all;
}

std::optional<Case> parse_case(const std::string& name, std::vector<Operation>& operations) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t comma = std::min(name.find(',', begin), name.size());
    parts.push_back(name.substr(begin, comma - begin));
    begin = comma + 1;
  }
  if (parts.size() < 3) return std::nullopt;
  if (parts[0].starts_with(random_recovery_prefix)) {
    operations = {random_recovery(std::stoull(parts[0].substr(random_recovery_prefix.size())))};
  }
  Case one;
  for (const Operation& operation : operations) {
    if (operation.name == parts[0]) one.operation = &operation;
  }
  for (std::size_t i = 1; i + 1 < parts.size(); i++) {
    const auto planned = parse_planned(parts[i]);
    if (!planned) return std::nullopt;
    one.faults.push_back(*planned);
  }
  if (one.operation == nullptr || !parse_end(parts.back(), one)) return std::nullopt;
  return one;
}

}  // namespace estream::prove::faults
