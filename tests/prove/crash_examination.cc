#include "prove/crash_examination.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "log/maintenance/maintenance.h"
#include "log/names.h"
#include "log/verify/verify.h"
#include "prove/crash_files.h"
#include "prove/crash_machine.h"
#include "read/cursor_file.h"

namespace estream::prove::crash {

namespace {

constexpr std::size_t rerun_batch_events = 3;

Error wrong(const std::string& what) { return {Error::Code::corrupt, what}; }

// Starts the machine again, without taking anything from it.
void restart(Machine& machine) {
  io::BootId id = {};
  const std::uint64_t number = machine.random();
  std::memcpy(id.data(), &number, sizeof number);
  machine.set_boot_id(id);
}

class Examination {
 public:
  Examination(const Storage& storage, Persistence persistence, const Expectation& expected,
              Aftermath& aftermath)
      : storage_(storage),
        persistence_(persistence),
        expected_(expected),
        model_(expected.model),
        aftermath_(aftermath),
        disk_(storage.all()),
        machine_(disk_.hash()) {
    disk_.install_on(machine_, 0);
    if (expected.death == Death::power) restart(machine_);
    machine_.observe([this](Step step) { aftermath_.steps.push_back(std::move(step)); });
  }

  Result<void> run(Depth depth) {
    TRY(check_cursor());
    const bool is_there = TRY(is_topic_there());
    if (!is_there) return {};
    const Reading seen = TRY(read("before recovery", log::Extent::published));
    TRY(verify("before recovery"));
    const auto slot = TRY(commit_slot());
    const auto logs = machine_.tree();
    TRY(recover(seen));
    TRY(check_epoch(slot));
    TRY(check_nothing_is_thrown_away(logs, machine_.tree()));
    TRY(verify("after recovery"));
    TRY(append_one());
    TRY(recover_again());
    TRY(maintain());
    TRY(lose_power());
    machine_.observe(nullptr);  // Nobody dies again in what follows.
    const std::int64_t unborn = TRY(count_strays(machine_, root_name));
    if (unborn > 0) TRY(create("second"));
    aftermath_.leftovers += unborn;
    return depth == Depth::rerun ? run_command_again() : Result<void>();
  }

 private:
  Result<bool> is_topic_there() {
    const auto orders = topic::Topic::open(machine_, root_name, topic_name);
    aftermath_.is_there = orders.has_value();
    if (orders) return true;
    if (expected_.model.known->is_created) return orders.error();
    if (orders.error().code != Error::Code::not_found) return orders.error();
    TRY(create(topic_name));
    return false;
  }

  // What a creation that died has left is removed by the next one.
  Result<void> create(const char* name) {
    TRY(topic::Topic::create(machine_, root_name, name, {}));
    return check_no_strays(machine_, root_name);
  }

  Result<void> check_cursor() {
    const Known& known = *model_.known;
    const auto home = io::Directory::open(machine_, "home");
    if (!home) return {};
    aftermath_.leftovers += TRY(count_strays(machine_, "home"));
    const read::Cursor cursor = TRY(read::CursorFile(machine_, cursor_path).read());
    TRY(check_no_strays(machine_, "home"));
    const auto position = cursor.find(topic_name, 0);
    const std::int64_t found = position ? position->offset.value : -1;
    if (found == known.cursor_old || found == known.cursor_new) {
      cursor_ = found;
      return {};
    }
    return wrong(
        fmt::format("the cursor is {}, not {} or {}", found, known.cursor_old, known.cursor_new));
  }

  Result<Reading> read(const char* when, log::Extent extent) {
    auto reading = read_and_compare(machine_, model_, extent);
    if (!reading)
      return Error{reading.error().code, fmt::format("{}: {}", when, reading.error().message)};
    const Known& known = *model_.known;
    if (reading->start != known.log_start_min && reading->start != known.log_start_max) {
      return wrong(fmt::format("{}: the log starts at {}, not at {} or {}", when, reading->start,
                               known.log_start_min, known.log_start_max));
    }
    return reading;
  }

  Result<topic::Topic> orders() { return topic::Topic::open(machine_, root_name, topic_name); }

  Result<io::Directory> partition() {
    const topic::Topic opened = TRY(orders());
    return opened.open_partition(0);
  }

  Result<void> recover(const Reading& seen) {
    if (seen.end < expected_.visible_min) {
      return wrong(fmt::format("before recovery a reader is shown offsets up to {} instead of {}",
                               seen.end, expected_.visible_min));
    }
    {
      const topic::Topic opened = TRY(orders());
      const auto writer = TRY(opened.open_writer(0, {.sync_level = log::SyncLevel::batch}));
      for (const std::string& notice : writer->take_notices()) {
        aftermath_.had_torn_tail |= notice.find("unfinished batch") != notice.npos;
        aftermath_.had_lost_records |= notice.find("are lost") != notice.npos;
      }
    }
    aftermath_.recovered_at = aftermath_.steps.size();
    aftermath_.was_recovered = std::ranges::any_of(
        aftermath_.steps, [](const Step& step) { return step.kind == Step::Kind::sync; });
    aftermath_.recovered = TRY(read("after recovery", log::Extent::written));
    const std::int64_t end = aftermath_.recovered.end;
    if (end < expected_.end_min) {
      return wrong(fmt::format("offsets {} to {} are lost", end, expected_.end_min - 1));
    }
    // A reader never recovers, but it must know what the writer will keep.
    const bool agrees = expected_.death == Death::power ? seen.end == end : seen.end <= end;
    if (!agrees) {
      return wrong(
          fmt::format("a reader was shown offsets up to {}, and recovery kept them up to "
                      "{}",
                      seen.end, end));
    }
    if (model_.recording->plan.is_durable() && cursor_ > end) {
      return wrong(fmt::format("the cursor is {}, and the log ends at {}", cursor_, end));
    }
    return {};
  }

  Result<std::optional<log::CommitState>> commit_slot() {
    const io::Directory directory = TRY(partition());
    const auto file = directory.open_file(log::commit_file_name, io::OpenMode::read);
    if (!file) return std::optional<log::CommitState>();
    const log::CommitState state = TRY(log::read_commit(*file));
    return std::optional(state);
  }

  // What is gone though a slot has it may have been shown to readers, who must be able to tell.
  Result<void> check_epoch(const std::optional<log::CommitState>& slot) {
    const Reading& recovered = aftermath_.recovered;
    const bool is_short = slot && recovered.end < slot->written.offset.value;
    if (!is_short || recovered.epoch > slot->epoch) return {};
    return wrong(fmt::format("offsets {} to {} are lost, and the epoch is still {}", recovered.end,
                             slot->written.offset.value - 1, recovered.epoch));
  }

  // What was published without having been synced, as its producer wanted it.
  bool is_real_loss(const log::Finding& finding) const {
    return expected_.death == Death::power && !model_.recording->plan.is_durable() &&
           finding.what.find("were lost when the machine stopped") != std::string::npos;
  }

  Result<void> verify(const char* when) {
    const io::Directory directory = TRY(partition());
    const log::PartitionProof proof =
        log::verify_partition(directory, log::Layout::estream, std::nullopt, {});
    for (const log::Finding& finding : proof.findings) {
      if (finding.kind == log::Finding::Kind::note || is_real_loss(finding)) continue;
      return wrong(fmt::format("verify, {}: {}", when, finding.text()));
    }
    return {};
  }

  Result<void> append_one() {
    const std::int64_t end = aftermath_.recovered.end;
    const std::string value = fmt::format("probe {} {}", end, disk_.hash());
    const Event probe = {.key = "probe", .value = value, .time_ms = 1'000'000};
    aftermath_.added = {probe};
    const auto process = TRY(ProducerProcess::open(machine_, 0, log::SyncLevel::batch));
    const auto offsets = TRY(process->append(aftermath_.added));
    aftermath_.appended_at = aftermath_.steps.size();
    if (offsets.front() != end) {
      return wrong(fmt::format("one more event has offset {}, not {}", offsets.front(), end));
    }
    // Another one may be there from before a second death.
    if (end < model_.cut) {
      model_.cut = end;
      model_.added.clear();
    }
    model_.added.resize(static_cast<std::size_t>(end - model_.cut));
    model_.added.push_back(probe);
    after_append_ = TRY(read("after one more append", log::Extent::published));
    Reading before = aftermath_.recovered;
    before.offsets.push_back(end);
    before.end++;
    before.epoch = after_append_.epoch;
    if (after_append_ == before) return {};
    return wrong("one more append changed what was there before it");
  }

  // All but the commit file, whose sequence and boot change with every recovery; and without the
  // indexes, which a writer that ended well has completed, when there was no first recovery.
  std::map<std::string, std::string> tree() {
    std::map<std::string, std::string> tree = machine_.tree();
    tree.erase(std::string(partition_path) + "/" + log::commit_file_name);
    if (aftermath_.was_recovered) return tree;
    std::erase_if(tree, [](const auto& entry) { return entry.first.ends_with("index"); });
    return tree;
  }

  Result<void> recover_again() {
    const auto before = tree();
    restart(machine_);
    const topic::Topic opened = TRY(orders());
    TRY(opened.open_writer(0, {}));
    const auto after = tree();
    for (const auto& [path, content] : after) {
      const auto found = before.find(path);
      if (found == before.end()) return wrong("a second recovery made " + path);
      if (found->second != content) return wrong("a second recovery changed " + path);
    }
    return before.size() == after.size() ? Result<void>()
                                         : wrong("a second recovery removed files");
  }

  Result<void> maintain() {
    const io::Directory directory = TRY(partition());
    const std::size_t names = TRY(directory.list()).size();
    {
      const auto maintenance = TRY(log::Maintenance::open(directory, 0));
      const log::Inventory inventory = TRY(maintenance->inventory());
      TRY(maintenance->remove_leftovers(inventory));
      const log::Inventory rest = TRY(maintenance->inventory());
      if (!rest.leftovers.empty()) return wrong("maintenance left a segment that nobody needs");
    }
    const auto left = TRY(directory.list());
    aftermath_.leftovers += static_cast<std::int64_t>(names) - std::ssize(left);
    TRY(check_names_of_partition(left));
    TRY(verify("after maintenance"));
    const Reading reading = TRY(read("after maintenance", log::Extent::published));
    return reading == after_append_ ? Result<void>() : wrong("maintenance changed the records");
  }

  // Nothing more is synced than was: the acknowledged append, and all before it, must be there.
  Result<void> lose_power() {
    Storage storage = storage_;
    for (const Step& step : aftermath_.steps) storage.add(step, persistence_);
    Machine machine(machine_.random());
    storage.durable.install_on(machine, 0);
    restart(machine);
    const auto reading = read_and_compare(machine, model_, log::Extent::published);
    if (!reading) return wrong("after another loss of power: " + reading.error().message);
    const bool is_same =
        reading->end == after_append_.end && reading->offsets == after_append_.offsets;
    return is_same ? Result<void>() : wrong("another loss of power took what was acknowledged");
  }

  // The same input again, cut into other batches: what the log has is skipped.
  Result<void> run_command_again() {
    EventBatch input;
    for (const EventBatch& batch : model_.recording->plan.batches[idempotent]) {
      input.insert(input.end(), batch.begin(), batch.end());
    }
    std::size_t had = 0;
    std::int64_t last = -1;
    for (std::int64_t offset = 0; offset < model_.cut; offset++) {
      if (model_.at(offset).producer != idempotent) continue;
      had++;
      last = offset;
    }
    // When all that it had stored is deleted, it is not known any more.
    if (had > 0 && last < after_append_.start) return {};
    const auto process = TRY(ProducerProcess::open(machine_, idempotent, log::SyncLevel::interval));
    for (std::size_t i = 0; i < input.size(); i += rerun_batch_events) {
      const auto begin = input.begin() + static_cast<std::ptrdiff_t>(i);
      const std::size_t count = std::min(rerun_batch_events, input.size() - i);
      TRY(process->append(EventBatch(begin, begin + static_cast<std::ptrdiff_t>(count))));
    }
    TRY(process->sync());
    TRY(process->finish());
    model_.added.insert(model_.added.end(), input.begin() + static_cast<std::ptrdiff_t>(had),
                        input.end());
    const Reading reading = TRY(read("after the command was run again", log::Extent::published));
    if (reading.end == model_.end()) return {};
    return wrong(fmt::format("the command that was run again left the end at {}, not at {}",
                             reading.end, model_.end()));
  }

  const Storage& storage_;
  Persistence persistence_;
  const Expectation& expected_;
  LogModel model_;
  Aftermath& aftermath_;
  Disk disk_;
  Machine machine_;
  std::int64_t cursor_ = -1;
  Reading after_append_;
};

}  // namespace

Expectation expectation_of(const Recording& recording, const Known& known, Death death) {
  Expectation expected = {{&recording, &known}, death};
  if (death == Death::kill) {
    expected.end_min = known.written_end;
    expected.visible_min = known.visible_end;
  } else if (recording.plan.is_durable()) {
    // What readers were shown must not be taken back, either.
    expected.end_min = std::max(known.promised_end, known.visible_end);
    expected.visible_min = expected.end_min;
  }
  return expected;
}

Expectation expectation_after(const Expectation& before, const Aftermath& aftermath,
                              std::size_t steps) {
  Expectation after = before;
  if (before.death == Death::kill) {
    const LogModel& model = before.model;
    after = expectation_of(*model.recording, *model.known, Death::power);
  }
  if (!aftermath.is_there || steps < aftermath.recovered_at) return after;
  after.model.cut = aftermath.recovered.end;
  after.model.added = aftermath.added;
  // A death of processes alone may leave nothing to recover, and then nothing more is synced.
  if (aftermath.was_recovered) after.end_min = aftermath.recovered.end;
  const bool is_appended = aftermath.appended_at > 0 && steps >= aftermath.appended_at;
  if (is_appended) after.end_min = aftermath.recovered.end + 1;
  after.visible_min = after.end_min;
  return after;
}

std::optional<std::string> examine(const Storage& storage, Persistence persistence,
                                   const Expectation& expected, Depth depth, Aftermath& aftermath) {
  const auto outcome = Examination(storage, persistence, expected, aftermath).run(depth);
  if (outcome) return std::nullopt;
  return outcome.error().message;
}

}  // namespace estream::prove::crash
