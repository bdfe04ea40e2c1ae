#include "prove/crash_recording.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "log/maintenance/compaction.h"
#include "log/maintenance/maintenance.h"
#include "log/names.h"
#include "log/segment.h"
#include "prove/crash_machine.h"
#include "prove/crash_reading.h"
#include "read/cursor_file.h"

namespace estream::prove::crash {

namespace {

constexpr std::int64_t compaction_step_ms = 10'000;
constexpr std::int64_t keep_tombstones_ms = 1000;

class LiveRun {
 public:
  explicit LiveRun(Recording& out) : out_(out), plan_(out.plan) {
    machine_.observe([this](Step step) {
      out_.known.push_back(now_);
      out_.steps.push_back(std::move(step));
    });
  }

  Result<void> run() {
    TRY(make());
    for (const Task& task : plan_.tasks) TRY(perform(task));
    for (std::size_t producer = 0; producer < producer_count; producer++) TRY(finish(producer));
    out_.known.push_back(now_);
    return {};
  }

 private:
  struct Producer {
    std::unique_ptr<ProducerProcess> process;
    std::size_t next_batch = 0;
    std::int64_t own_end = 0;  // Of its last append.
  };

  Result<void> make() {
    if (machine_.make_directory_at(machine_.current_directory(), "home", 0777) != 0) {
      return Error{Error::Code::io, "home: cannot make it"};
    }
    const io::Directory top = TRY(io::Directory::open(machine_, "/"));
    TRY(top.sync());
    const topic::TopicConfig config = {.segment_bytes = plan_.segment_bytes};
    topic_ = TRY(topic::Topic::create(machine_, root_name, topic_name, config));
    now_.is_created = true;
    return {};
  }

  Result<void> perform(const Task& task) {
    switch (task.kind) {
      case Task::Kind::append:
        return append(task.producer);
      case Task::Kind::sync:
        return sync(task.producer);
      case Task::Kind::restart:
        return finish(task.producer);
      case Task::Kind::commit:
        return commit();
      case Task::Kind::seal:
        return seal();
      case Task::Kind::retain:
        return retain();
      case Task::Kind::compact:
        return compact(task.producer);
      case Task::Kind::lose_index:
        return lose_index();
    }
    return {};
  }

  static Error unexpected(const std::string& what) { return {Error::Code::corrupt, what}; }

  // Opens the producer if it has no process. A producer whose command is run again offers all that
  // it had offered before.
  Result<void> start(std::size_t number) {
    Producer& producer = producers_.at(number);
    if (producer.process) return {};
    producer.process = TRY(ProducerProcess::open(machine_, number, plan_.levels.at(number)));
    if (number != idempotent) return {};
    for (std::size_t i = 0; i < producer.next_batch; i++) {
      const auto offsets = TRY(producer.process->append(plan_.batches.at(number)[i]));
      for (const std::int64_t offset : offsets) {
        if (offset >= now_.attempted_end) return unexpected("an event was appended twice");
      }
    }
    return {};
  }

  Result<void> append(std::size_t number) {
    Producer& producer = producers_.at(number);
    // What a name has stored is known from the log alone: of a producer all of whose events were
    // deleted nobody knows that it was there.
    const bool is_forgotten =
        number == idempotent && producer.own_end > 0 && producer.own_end <= now_.log_start_max;
    if (is_forgotten && !producer.process) producer.next_batch = plan_.batches.at(number).size();
    if (producer.next_batch == plan_.batches.at(number).size()) return {};
    TRY(start(number));
    const EventBatch& batch = plan_.batches.at(number)[producer.next_batch++];
    const std::int64_t base = now_.attempted_end;
    for (const Event& event : batch) note_attempt(event);
    const auto offsets = TRY(producer.process->append(batch));
    for (std::size_t i = 0; i < offsets.size(); i++) {
      if (offsets[i] != base + static_cast<std::int64_t>(i)) return unexpected("another offset");
    }
    now_.written_end = producer.own_end = now_.attempted_end;
    if (plan_.levels.at(number) == log::SyncLevel::batch) now_.promised_end = now_.written_end;
    return {};
  }

  void note_attempt(const Event& event) {
    const std::int64_t offset = now_.attempted_end++;
    out_.log.push_back(event);
    out_.next_of_key.push_back(no_offset);
    if (!event.key) return;
    const auto [last, is_new] = last_of_key_.emplace(*event.key, offset);
    if (is_new) return;
    out_.next_of_key[static_cast<std::size_t>(last->second)] = offset;
    last->second = offset;
  }

  Result<void> sync(std::size_t number) {
    Producer& producer = producers_.at(number);
    if (!producer.process) return {};
    Result<void> other;
    machine_.interrupt_after_sync(1, [&] {
      out_.interruptions++;
      other = append(1 - number);
    });
    const std::int64_t end = producer.own_end;
    TRY(producer.process->sync());
    machine_.clear_interruption();
    const bool is_durable = plan_.levels.at(number) != log::SyncLevel::none;
    if (is_durable) now_.promised_end = std::max(now_.promised_end, end);
    return other;
  }

  Result<void> finish(std::size_t number) {
    Producer& producer = producers_.at(number);
    TRY(sync(number));
    if (producer.process) TRY(producer.process->finish());
    producer.process.reset();
    return {};
  }

  Result<void> commit() {
    const LogModel model = {&out_, &now_};
    const Reading reading = TRY(read_and_compare(machine_, model, log::Extent::published));
    const read::CursorFile file(machine_, cursor_path);
    read::Cursor cursor = TRY(file.read());
    const auto before = cursor.find(topic_name, 0);
    if ((before ? before->offset.value : -1) != now_.cursor_old) return unexpected("the cursor");
    cursor.set(topic_name, 0, {{reading.end}, reading.epoch});
    now_.cursor_new = reading.end;
    TRY(file.write(cursor));
    now_.cursor_old = now_.cursor_new;
    return {};
  }

  Result<void> seal() {
    const auto writer = TRY(topic_->open_writer(0, {}));
    TRY(writer->seal_active());
    now_.promised_end = now_.written_end;
    return {};
  }

  Result<void> retain() {
    const io::Directory directory = TRY(topic_->open_partition(0));
    const auto maintenance = TRY(log::Maintenance::open(directory, 0));
    const log::Inventory inventory = TRY(maintenance->inventory());
    TRY(maintenance->remove_leftovers(inventory));
    if (inventory.sealed.size() < 2) return {};
    const std::size_t count = (inventory.sealed.size() + 1) / 2;
    const Offset start = inventory.sealed[count].base;
    now_.log_start_max = start.value;
    TRY(maintenance->remove_oldest(std::span(inventory.sealed).first(count), start));
    out_.removed_segments += count;
    now_.log_start_min = start.value;
    return {};
  }

  Result<void> compact(std::size_t number) {
    const io::Directory directory = TRY(topic_->open_partition(0));
    const auto maintenance = TRY(log::Maintenance::open(directory, 0));
    const log::Inventory inventory = TRY(maintenance->inventory());
    TRY(maintenance->remove_leftovers(inventory));
    now_.compactions.push_back({inventory.active.base.value});
    const auto count = static_cast<std::int64_t>(now_.compactions.size());
    const log::KeyCompaction options = {.now = {count * compaction_step_ms},
                                        .keep_tombstones_ms = keep_tombstones_ms,
                                        .null_keys = log::NullKeys::keep,
                                        .segment_bytes = plan_.segment_bytes};
    Result<void> other;
    machine_.interrupt_after_sync(3, [&] {
      out_.interruptions++;
      other = append(number);
    });
    const log::RewriteReport report =
        TRY(log::compact_keys(*maintenance, inventory.sealed, options, log::Effect::apply));
    machine_.clear_interruption();
    out_.removed_records += report.removed_records;
    now_.compactions.back().is_done = true;
    return other;
  }

  Result<void> lose_index() {
    const io::Directory directory = TRY(topic_->open_partition(0));
    const auto segments = TRY(log::list_segments(directory));
    if (segments.size() < 2) return {};
    const std::string name = log::segment_file_name(segments.front(), log::SegmentFile::index);
    const auto status = TRY(directory.status(name));
    return status ? directory.remove_file(name) : Result<void>();
  }

  Recording& out_;
  const Plan& plan_;
  Machine machine_{42};
  Known now_;
  std::optional<topic::Topic> topic_;
  std::array<Producer, producer_count> producers_;
  std::map<std::string, std::int64_t> last_of_key_;
};

// What a reader would be shown after each step.
Result<void> look_at_every_step(Recording& recording) {
  Disk disk;
  std::size_t done = 0;
  for (Known& known : recording.known) {
    if (known.is_created) {
      Machine machine(1);
      disk.install_on(machine, 0);
      const topic::Topic orders = TRY(topic::Topic::open(machine, root_name, topic_name));
      const log::PartitionReader reader = TRY(orders.open_reader(0));
      known.visible_end = reader.end_offset().value;
    }
    if (done < recording.steps.size()) disk.apply(recording.steps[done++]);
  }
  return {};
}

}  // namespace

Result<Recording> record(const Plan& plan) {
  Recording recording;
  recording.plan = plan;
  TRY(LiveRun(recording).run());
  TRY(look_at_every_step(recording));
  return recording;
}

}  // namespace estream::prove::crash
