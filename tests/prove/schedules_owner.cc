#include "prove/schedules_owner.h"

#include "prove/schedules_output.h"
#include "support/group_owner.h"

namespace estream::prove::interleave {

namespace {

constexpr std::int64_t output_time_ms = 150'000;

group::PositionState fresh_state(const std::string& member) {
  group::PositionState state;
  state.group = "enrich";
  state.member = member;
  state.producer_id = 0x0123456789abcdef;
  state.sources = {{"orders", {}, 0, {0}, {0}, {0}, -1}};
  state.sinks = {{group::Sink::Role::into, "p", {}, {{}}}};
  return state;
}

}  // namespace

Result<void> run_owner(io::System& system, const std::string& stamp, const Ownership& ownership,
                       const OwnerReport& report) {
  std::vector<std::vector<Event>> made;
  const auto make_output = [&](const group::SourcePosition& source) {
    made.clear();
    std::vector<group::OutputBatch> output;
    for (std::int64_t n = source.position.value; n < source.claimed.value; n++) {
      made.push_back(output_of(n, stamp));
      for (const Event& event : made.back()) report.attempt(event);
      output.push_back({0, 0, make_batch(made.back(), output_time_ms)});
    }
    return output;
  };
  const auto note_stored = [&](const std::vector<Offset>& offsets) {
    for (std::size_t i = 0; i < made.size(); i++) report.store(offsets[i].value, made[i]);
  };
  group::GroupOwner owner(system, {.fresh = fresh_state(stamp),
                                   .events = ownership.events,
                                   .events_of_claim = events_of_claim,
                                   .writing = {.segment_bytes = ownership.segment_bytes,
                                               .lock_timeout_ns = patient_timeout_ns},
                                   .make_output = make_output,
                                   .note_stored = note_stored,
                                   .directory_of = [](const auto&, auto) { return "p"; }});
  if (ownership.has_worked) {
    TRY(owner.open_sinks());
    // Others come first.
    system.sleep_ns(1);
  }
  return owner.live();
}

Act own(const Ownership& ownership) {
  return [ownership](Actor& actor) {
    const OwnerReport report = {
        .attempt =
            [&](const Event& event) { actor.history.attempt(actor.process.number(), event); },
        .store =
            [&](std::int64_t offset, const std::vector<Event>& stored) {
              if (!actor.process.tell()) return;
              for (const Event& event : stored) actor.history.acknowledge(offset++, event.value);
            }};
    const auto done = run_owner(actor.process, actor.name(), ownership, report);
    // The judge looks whether that is right.
    if (!done && !is_untellable(done.error())) actor.complain("own", done.error().message);
  };
}

Result<std::optional<group::PositionContent>> look_at_position(io::System& system) {
  const io::Directory directory =
      TRY(io::Directory::open(system, group::GroupOwner::directory_name));
  return group::PositionFile::look(directory, group::GroupOwner::position_name);
}

bool is_untellable(const Error& error) {
  return error.code == Error::Code::corrupt &&
         error.message.find("cannot be told, retention deleted up to") != std::string::npos;
}

}  // namespace estream::prove::interleave
