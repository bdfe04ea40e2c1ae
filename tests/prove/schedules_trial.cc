#include "prove/schedules_trial.h"

#include <deque>

#include "log/maintenance/maintenance.h"
#include "log/partition_reader.h"
#include "log/verify/verify.h"
#include "prove/schedules_output.h"
#include "prove/schedules_owner.h"

namespace estream::prove::interleave {

namespace {

void set_up(const Setting& setting, io::MemorySystem& memory) {
  for (const char* name : {"p", "b", "g"}) {
    memory.make_directory_at(memory.current_directory(), name, 0777);
  }
  for (const auto& [path, content] : setting.files) memory.set_content(path, content);
  // Makes the directories durable.
  memory.crash(io::MemorySystem::Loss::nothing);
  memory.set_boot_id(setting.boot_id);
}

// What is looked at when all processes have ended.
class Judge {
 public:
  Judge(io::MemorySystem& memory, const Scenario& scenario, History& history, Trial& trial)
      : memory_(memory),
        is_without_commit_(!scenario.setting.files.contains("p/commit")),
        group_events_(scenario.group_events),
        history_(history),
        trial_(trial) {}

  Result<void> run(Ending ending) {
    if (ending != Ending::goes_on) lose_power(ending);
    // Where it was taken away and all who came to make it again were killed, it is missing.
    if (!is_without_commit_ || memory_.exists("p/commit")) check_files("p");
    if (memory_.exists("b/commit")) check_files("b");
    const auto directory = TRY(io::Directory::open(memory_, "p"));
    judge_log("for a reader", directory);
    const auto writer =
        TRY(log::PartitionWriter::open(directory, {.sync_level = log::SyncLevel::batch}));
    TRY(writer->claim_written());
    judge_log("after the next writer's recovery", directory);
    TRY(clean_up(directory));
    if (group_events_ > 0) TRY(finish_group(directory));
    TRY(go_on(*writer));
    check_files("p");
    return {};
  }

 private:
  void lose_power(Ending ending) {
    memory_.crash(ending == Ending::power_loss ? io::MemorySystem::Loss::all_unsynced
                                               : io::MemorySystem::Loss::random,
                  trial_.trace);
  }

  void check_files(const std::string& name) {
    const auto directory = io::Directory::open(memory_, name);
    if (!directory) return history_.complain(directory.error().message);
    const std::string found =
        faults(log::verify_partition(*directory, log::Layout::estream, std::nullopt, {}));
    if (!found.empty()) history_.complain("verify at the end: " + found);
  }

  void judge_log(const std::string& when, const io::Directory& directory) {
    const auto log = read_log(when, directory);
    if (!log) return history_.complain(when + ": " + log.error().message);
    history_.judge(*log);
    trial_.final_log = mix(0, static_cast<std::uint64_t>(log->start));
    for (const auto& [offset, event] : log->records) {
      trial_.final_log =
          mix(mix(trial_.final_log, static_cast<std::uint64_t>(offset)), event.value);
    }
  }

  static Result<FinalLog> read_log(const std::string& when, const io::Directory& directory) {
    FinalLog log;
    log.when = when;
    log::PartitionReader reader =
        TRY(log::PartitionReader::open(directory, log::Layout::estream, std::nullopt));
    log.start = reader.log_start_offset().value;
    log.end = reader.end_offset().value;
    TRY(read_rest(reader,
                  [&](std::int64_t offset, const Event& event) { log.records[offset] = event; }));
    return log;
  }

  // What a maintenance run that was killed left is put right by the next one.
  Result<void> clean_up(const io::Directory& directory) {
    const auto maintenance = TRY(log::Maintenance::open(directory, 0));
    const log::Inventory before = TRY(maintenance->inventory());
    TRY(maintenance->remove_leftovers(before));
    const log::Inventory after = TRY(maintenance->inventory());
    if (!after.leftovers.empty()) {
      history_.complain("the next maintenance left something over");
    }
    return {};
  }

  // The next owner settles what is left, and does the rest.
  Result<void> finish_group(const io::Directory& directory) {
    const auto before = TRY(look_at_position(memory_));
    const FinalLog log_before = TRY(read_log("before the last owner", directory));
    const OwnerReport report = {
        .attempt = [&](const Event& event) { history_.attempt(last_owner, event); },
        .store =
            [&](std::int64_t offset, const std::vector<Event>& stored) {
              for (const Event& event : stored) history_.acknowledge(offset++, event.value);
            }};
    const auto done = run_owner(memory_, "Z", {.events = group_events_}, report);
    const FinalLog log = TRY(read_log("after the last owner", directory));
    if (done) {
      judge_output(log, {group_events_, group_events_}, history_);
      history_.judge(log);
      return {};
    }
    if (!is_untellable(done.error()) || !before) return done;
    judge_refusal(before->state, log_before, log);
    return {};
  }

  // Only what was decided may be there or not.
  void judge_refusal(const group::PositionState& state, const FinalLog& before,
                     const FinalLog& log) {
    const group::SourcePosition& source = state.sources.front();
    judge_output(log, {source.position.value, source.claimed.value}, history_);
    if (log.end != before.end) history_.complain("an owner was refused, and appended something");
    if (log.start <= state.sinks.front().partitions.front().looked.value) {
      history_.complain("an owner was refused, though nothing that it asks for was deleted");
    }
  }

  Result<void> go_on(log::PartitionWriter& writer) {
    const Offset end = TRY(writer.log_end_offset());
    std::vector<std::byte> batch = make_batch(make_events("last", 0, 0), 200'000);
    const auto appended = TRY(writer.append(batch));
    if (appended.base_offset != end) history_.complain("the next append is not at the end");
    return {};
  }

  io::MemorySystem& memory_;
  bool is_without_commit_;
  std::int64_t group_events_;
  History& history_;
  Trial& trial_;
};

}  // namespace

Trial run_trial(Scheduler& scheduler, const Scenario& scenario, Policy& policy, Ending ending,
                Conflicts& conflicts, const ShowCall& show) {
  Machine machine;
  machine.show_call = show;
  set_up(scenario.setting, machine.memory);
  History history(scenario.rules);
  for (const auto& [who, event] : scenario.setting.attempted) history.attempt(who, event);
  for (const auto& [offset, value] : scenario.setting.acknowledged) {
    history.acknowledge(offset, value);
  }
  std::deque<Process> processes;
  const int count = static_cast<int>(scenario.processes.size());
  for (int i = 0; i < count; i++) processes.emplace_back(scheduler, machine, i);
  const Scheduler::Work work = {
      .processes = count,
      .run =
          [&](int process) {
            const auto at = static_cast<std::size_t>(process);
            Actor actor = {processes[at], history};
            scenario.processes[at](actor);
          },
      .leave = [&](int process) { return processes[static_cast<std::size_t>(process)].leave(); }};
  Trial trial;
  trial.end = scheduler.run(work, policy, conflicts);
  trial.trace = machine.trace;
  trial.steps = scheduler.steps();
  if (trial.end == Scheduler::End::given_up) return trial;
  if (trial.end == Scheduler::End::deadlock) history.complain("nobody can go on: a deadlock");
  if (trial.end == Scheduler::End::too_long) history.complain("it does not come to an end");
  if (trial.end == Scheduler::End::all_ended) {
    Judge judge(machine.memory, scenario, history, trial);
    if (const auto judged = judge.run(ending); !judged) {
      history.complain("at the end: " + judged.error().message);
    }
  }
  trial.complaints = history.complaints();
  return trial;
}

}  // namespace estream::prove::interleave
