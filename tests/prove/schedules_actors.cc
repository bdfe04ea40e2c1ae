#include "prove/schedules_actors.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "log/branch/branch.h"
#include "log/maintenance/compaction.h"
#include "log/maintenance/maintenance.h"
#include "log/verify/verify.h"
#include "record/batch_builder.h"
#include "record/batch_records.h"

namespace estream::prove::interleave {

namespace {

constexpr std::int64_t reader_pause_ns = 1'000'000;

// Runs one process's work; whatever ends it is a complaint, unless it was killed.
Act act(const char* what, std::function<Result<void>(Actor&)> work) {
  return [what, work = std::move(work)](Actor& actor) {
    if (const auto outcome = work(actor); !outcome) {
      actor.complain(what, outcome.error().message);
    }
  };
}

class Producer {
 public:
  Producer(Actor& actor, const Production& production) : actor_(actor), production_(production) {}

  Result<void> run() {
    log::WriterOptions options = production_.options;
    options.lock_timeout_ns = patient_timeout_ns;
    const auto directory = TRY(io::Directory::open(actor_.process, "p"));
    writer_ = TRY(log::PartitionWriter::open(directory, options));
    for (const char step : production_.steps) TRY(take(step));
    return {};
  }

 private:
  using Appended = std::optional<log::PartitionWriter::Appended>;

  Result<void> take(char step) {
    switch (step) {
      case 'a':
        return append([&](MutableBytes batch) -> Result<Appended> {
          return Appended(TRY(writer_->append(batch)));
        });
      case 'n':
        return append_if_nobody_did();
      case 's':
        return sync();
      case 'r':
        return writer_->seal_active();
      case 'c':
        return writer_->claim_written();
      default:
        return writer_->finish();
    }
  }

  template <class Append>
  Result<void> append(Append append_batch) {
    const auto events = make_events(actor_.name(), number_++, production_.padding_bytes);
    for (const Event& event : events) actor_.history.attempt(actor_.process.number(), event);
    std::vector<std::byte> batch = make_batch(events, production_.timestamp_ms);
    if (!actor_.process.listen()) return {};
    const std::int64_t known_end = actor_.history.known_end();
    const Appended appended = TRY(append_batch(batch));
    if (!appended || actor_.process.is_dead()) return {};
    std::int64_t offset = appended->base_offset.value;
    if (offset < known_end) {
      actor_.complain("append", fmt::format("got offset {}, but everything before {} was there",
                                            offset, known_end));
    }
    for (const Event& event : events) waiting_.emplace_back(offset++, event.value);
    if (production_.options.sync_level != log::SyncLevel::interval) acknowledge();
    return {};
  }

  Result<void> append_if_nobody_did() {
    const Offset end = TRY(writer_->log_end_offset());
    return append([&](MutableBytes batch) { return writer_->append_if_at(end, batch); });
  }

  Result<void> sync() {
    TRY(writer_->sync());
    acknowledge();
    return {};
  }

  void acknowledge() {
    if (!actor_.process.tell()) return;
    for (const auto& [offset, value] : waiting_) actor_.history.acknowledge(offset, value);
    waiting_.clear();
  }

  Actor& actor_;
  const Production& production_;
  std::unique_ptr<log::PartitionWriter> writer_;
  int number_ = 0;
  std::vector<std::pair<std::int64_t, std::string>> waiting_;  // For their acknowledgement.
};

class Consumer {
 public:
  Consumer(Actor& actor, const Consumption& consumption)
      : actor_(actor), consumption_(consumption) {}

  Result<void> run() {
    const auto directory = TRY(io::Directory::open(actor_.process, "p"));
    if (!actor_.process.listen()) return {};
    const std::int64_t known_end = actor_.history.known_end();
    log::PartitionReader reader =
        TRY(log::PartitionReader::open(directory, log::Layout::estream, std::nullopt));
    expect_end(reader, known_end);
    reading_ = {.who = actor_.name(), .start = reader.log_start_offset().value};
    if (consumption_.from) TRY(seek_time(reader));
    TRY(read(reader));
    for (int round = 0; round < consumption_.rounds; round++) {
      actor_.process.sleep_ns(reader_pause_ns);
      TRY(look_again(reader));
    }
    if (!actor_.process.is_dead()) actor_.history.finish(std::move(reading_));
    return {};
  }

 private:
  void expect_end(const log::PartitionReader& reader, std::int64_t known_end) {
    if (reader.end_offset().value >= known_end) return;
    actor_.complain("read", fmt::format("the end is {}, but records up to {} were acknowledged",
                                        reader.end_offset().value, known_end));
  }

  Result<void> look_again(log::PartitionReader& reader) {
    if (!actor_.process.listen()) return {};
    const std::int64_t known_end = actor_.history.known_end();
    TRY(reader.refresh());
    expect_end(reader, known_end);
    return read(reader);
  }

  // It may begin earlier than asked for, and not later.
  Result<void> seek_time(log::PartitionReader& reader) {
    const Offset found = TRY(reader.offset_reaching(Timestamp{consumption_.from->time_ms}));
    reading_.start = consumption_.from->offset;
    return reader.seek(found);
  }

  Result<void> read(log::PartitionReader& reader) {
    TRY(read_rest(reader, [&](std::int64_t offset, const Event& event) {
      if (actor_.process.is_dead()) return;
      if (offset < next_) {
        actor_.complain("read", fmt::format("offset {} was read again or out of order", offset));
      }
      next_ = offset + 1;
      reading_.offsets.insert(offset);
      actor_.history.see(actor_.name(), offset, event);
    }));
    reading_.end = reader.end_offset().value;
    reading_.skipped = reader.skipped_offsets();
    return {};
  }

  Actor& actor_;
  const Consumption& consumption_;
  Reading reading_;
  std::int64_t next_ = 0;
};

Result<void> run_compaction(Actor& actor, std::int64_t segment_bytes) {
  const auto directory = TRY(io::Directory::open(actor.process, "p"));
  const auto maintenance = TRY(log::Maintenance::open(directory, patient_timeout_ns));
  const log::Inventory inventory = TRY(maintenance->inventory());
  TRY(maintenance->remove_leftovers(inventory));
  const log::KeyCompaction options = {.now = {1'000'000}, .segment_bytes = segment_bytes};
  TRY(log::compact_keys(*maintenance, inventory.sealed, options, log::Effect::apply));
  return {};
}

Result<void> run_retention(Actor& actor, std::size_t segments) {
  const auto directory = TRY(io::Directory::open(actor.process, "p"));
  const auto maintenance = TRY(log::Maintenance::open(directory, patient_timeout_ns));
  const log::Inventory inventory = TRY(maintenance->inventory());
  TRY(maintenance->remove_leftovers(inventory));
  const std::size_t count = std::min(segments, inventory.sealed.size());
  if (count == 0) return {};
  const Offset start =
      count < inventory.sealed.size() ? inventory.sealed[count].base : inventory.active.base;
  return maintenance->remove_oldest(std::span(inventory.sealed).first(count), start);
}

}  // namespace

void Actor::complain(const std::string& what, const std::string& problem) {
  if (!process.is_dead()) history.complain(fmt::format("{} {}: {}", name(), what, problem));
}

std::vector<Event> make_events(const std::string& name, int number, std::size_t padding_bytes) {
  std::vector<Event> events;
  for (int i = 0; i < 2; i++) {
    const std::string value = fmt::format("{}:{}", name, number * 2 + i);
    events.push_back({fmt::format("k{}", (number + i) % 3),
                      padding_bytes == 0 ? value : value + std::string(padding_bytes, '.')});
  }
  return events;
}

std::vector<std::byte> make_batch(const std::vector<Event>& events, std::int64_t timestamp_ms) {
  BatchBuilder builder;
  builder.begin();
  for (const Event& event : events) builder.append({timestamp_ms}, event.key, event.value, {});
  const auto batch = builder.finish(Codec::none, 0);
  ASSERT(batch.has_value());
  return {batch->begin(), batch->end()};
}

Result<void> read_rest(log::PartitionReader& reader,
                       const std::function<void(std::int64_t, const Event&)>& take) {
  std::vector<std::byte> bytes;
  BatchDecoder decoder;
  for (;;) {
    const auto header = TRY(reader.peek());
    if (!header) return {};
    TRY(reader.read(bytes));
    for (const RecordView& record : TRY(decoder.decode(*header, bytes))) {
      take(record.offset.value,
           {std::string(record.key.value_or("")), std::string(record.value.value_or(""))});
    }
  }
}

std::string faults(const log::PartitionProof& proof) {
  std::string text;
  for (const log::Finding& finding : proof.findings) {
    if (finding.kind == log::Finding::Kind::note) continue;
    if (!text.empty()) text += "; ";
    text += finding.text();
  }
  return text;
}

Act produce(Production production) {
  return act("produce", [production = std::move(production)](Actor& actor) {
    return Producer(actor, production).run();
  });
}

Act consume(const Consumption& consumption) {
  return act("consume", [consumption](Actor& actor) { return Consumer(actor, consumption).run(); });
}

Act compact(std::int64_t segment_bytes) {
  return act("compact",
             [segment_bytes](Actor& actor) { return run_compaction(actor, segment_bytes); });
}

Act retain(std::size_t segments) {
  return act("retain", [segments](Actor& actor) { return run_retention(actor, segments); });
}

Act verify() {
  return act("verify", [](Actor& actor) -> Result<void> {
    const auto directory = TRY(io::Directory::open(actor.process, "p"));
    const auto proof = log::verify_partition(directory, log::Layout::estream, std::nullopt, {});
    if (const std::string found = faults(proof); !found.empty()) actor.complain("verify", found);
    return {};
  });
}

Act in_turn(std::vector<Act> acts) {
  return [acts = std::move(acts)](Actor& actor) {
    for (const Act& act : acts) act(actor);
  };
}

Act branch(std::uint64_t copied_active_bytes_max) {
  return act("branch", [=](Actor& actor) -> Result<void> {
    const auto source = TRY(io::Directory::open(actor.process, "p"));
    const auto target = TRY(io::Directory::open(actor.process, "b"));
    if (!actor.process.listen()) return {};
    const std::int64_t known_end = actor.history.known_end();
    TRY(log::branch_partition(source, target,
                              {.copied_active_bytes_max = copied_active_bytes_max,
                               .lock_timeout_ns = patient_timeout_ns}));
    if (actor.process.is_dead()) return {};
    log::PartitionReader reader =
        TRY(log::PartitionReader::open(target, log::Layout::estream, std::nullopt));
    if (reader.end_offset().value < known_end) {
      actor.complain("branch", fmt::format("ends at {}, but records up to {} were acknowledged",
                                           reader.end_offset().value, known_end));
    }
    Reading reading = {.who = "a reader of the branch", .start = reader.log_start_offset().value};
    TRY(read_rest(reader, [&](std::int64_t offset, const Event& event) {
      reading.offsets.insert(offset);
      actor.history.see(reading.who, offset, event);
    }));
    reading.end = reader.end_offset().value;
    if (!actor.process.is_dead()) actor.history.finish(std::move(reading));
    return {};
  });
}

}  // namespace estream::prove::interleave
