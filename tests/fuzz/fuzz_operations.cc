// A list of operations on one partition (append, sync, roll, compaction, retention, reading, the
// death of a process in the middle of any of them, the loss of power) by two producers in turn,
// held against log_model.h.
#include <array>
#include <memory>

#include "fuzz/fuzz.h"
#include "fuzz/log_model.h"
#include "fuzz/partition.h"
#include "log/create.h"
#include "log/maintenance/compaction.h"
#include "log/maintenance/maintenance.h"
#include "log/verify/verify.h"
#include "record/batch_builder.h"
#include "record/batch_records.h"

using namespace estream;
using namespace estream::fuzz;
using log::SyncLevel;
using Loss = io::MemorySystem::Loss;

namespace {

Mark died("operations", "a process dies in the middle of an operation");
Mark lost_power("operations", "power is lost");
Mark rolled("operations", "a segment is sealed");
Mark compacted("operations", "compaction removes records");
Mark retained("operations", "retention removes segments");
Mark recovered("operations", "a writer has something to tell of recovery");

constexpr std::size_t operations_max = 60;

class Machine {
 public:
  explicit Machine(Recipe& recipe) : recipe_(recipe) {
    PROPERTY(log::create_partition(partition_.directory()).has_value());
    partition_.system.crash(Loss::nothing);
    segment_bytes_ = 300 + 100 * static_cast<std::int64_t>(recipe.byte());
  }

  void run() {
    for (std::size_t i = 0; i < operations_max && !recipe_.is_empty(); i++) step();
    reopen_all();
    check_proof();
  }

 private:
  struct Producer {
    std::unique_ptr<log::PartitionWriter> writer;
    SyncLevel level = SyncLevel::interval;
    std::int64_t end = 0;  // After its last append.
  };

  // One operation, in the middle of which the process may die.
  void step() {
    const std::uint8_t what = recipe_.byte();
    Producer& producer = producers_[what >> 4 & 1];
    const bool dies = (what & 0xE0) == 0xE0;
    if (dies) {
      const std::uint8_t when = recipe_.byte();
      partition_.system.die_at(1 + when / 2, (when & 1) != 0
                                                 ? io::MemorySystem::Death::within_write
                                                 : io::MemorySystem::Death::before_change);
    }
    LogModel::Excuses excuses;
    perform(what & 15, producer, excuses);
    if (!dies) return;
    const bool is_dead = partition_.system.is_dead();
    if (is_dead) died.reach();
    partition_.system.kill();
    // Otherwise the process dies between two operations.
    forget_processes();
    excuses.power_loss = false;
    excuses.is_unfinished = true;
    come_back(excuses);
  }

  void perform(int operation, Producer& producer, LogModel::Excuses& excuses) {
    switch (operation) {
      case 6:
        return sync(producer);
      case 7:
        return seal(producer);
      case 8:
        producer.writer.reset();
        producer.level = static_cast<SyncLevel>(recipe_.choice(3));
        return;
      case 9:
        return lose_power();
      case 10:
        excuses.compaction = true;
        return compact();
      case 11:
        excuses.retention = true;
        return retain();
      case 12:
        return check_seek();
      case 13:
        return check_read();
      case 14:
        if (log::PartitionWriter* writer = writer_of(producer)) (void)writer->finish();
        return;
      default:
        return append(producer);
    }
  }

  // Nothing only if the process is dead.
  log::PartitionWriter* writer_of(Producer& producer) {
    if (producer.writer) return producer.writer.get();
    auto writer = log::PartitionWriter::open(
        partition_.directory(), {.sync_level = producer.level, .segment_bytes = segment_bytes_});
    if (!writer) {
      must_be_dead(writer.error());
      return nullptr;
    }
    producer.writer = *std::move(writer);
    producer.end = 0;
    if (!producer.writer->take_notices().empty()) recovered.reach();
    return producer.writer.get();
  }

  void must_be_dead(const Error& error) {
    if (!partition_.system.is_dead()) std::fprintf(stderr, "%s\n", error.message.c_str());
    PROPERTY(partition_.system.is_dead());
  }

  std::vector<OwnedRecord> new_records() {
    std::vector<OwnedRecord> records;
    const std::size_t count = 1 + recipe_.choice(3);
    for (std::size_t i = 0; i < count; i++) {
      const std::uint8_t kind = recipe_.byte();
      OwnedRecord record;
      record.offset = model_.end() + static_cast<std::int64_t>(i);
      record.timestamp_ms = 1000 + 10 * (kind % 50) + record.offset;
      if (kind % 8 < 6) record.key = std::string(1, static_cast<char>('a' + kind % 8 % 4));
      if (kind % 16 != 3) {
        record.value = std::to_string(serial_++) + std::string(kind * kind % 2000, '.');
      }
      records.push_back(std::move(record));
    }
    return records;
  }

  void append(Producer& producer) {
    const std::vector<OwnedRecord> records = new_records();
    const Codec codec = recipe_.flag() ? Codec::zstd : Codec::none;
    log::PartitionWriter* const writer = writer_of(producer);
    if (writer == nullptr) return;
    BatchBuilder builder;
    builder.begin();
    for (const OwnedRecord& record : records) {
      builder.append({record.timestamp_ms}, record.key, record.value, {});
    }
    auto batch = builder.finish(codec, 1);
    const auto outcome = writer->append(*batch);
    if (!outcome) {
      must_be_dead(outcome.error());
      return model_.append_perhaps(records);
    }
    PROPERTY(outcome->base_offset.value == model_.end());
    model_.append(records);
    producer.end = model_.end();
    if (producer.level == SyncLevel::batch) model_.make_durable(model_.end());
    if (producer.level != SyncLevel::interval) model_.publish(model_.end());
  }

  void sync(Producer& producer) {
    if (!producer.writer) return;
    const auto outcome = producer.writer->sync();
    if (!outcome) return must_be_dead(outcome.error());
    // At another level an append is acknowledged as soon as it returns.
    if (producer.level != SyncLevel::interval) return;
    model_.make_durable(producer.end);
    model_.publish(producer.end);
  }

  void seal(Producer& producer) {
    log::PartitionWriter* const writer = writer_of(producer);
    if (writer == nullptr) return;
    const auto outcome = writer->seal_active();
    if (!outcome) return must_be_dead(outcome.error());
    rolled.reach();
    model_.make_durable(model_.end());
    model_.publish(model_.end());
  }

  void lose_power() {
    const std::uint8_t how = recipe_.byte();
    constexpr Loss losses[] = {Loss::all_unsynced, Loss::nothing, Loss::random, Loss::random};
    partition_.system.crash(losses[how % 4], how / 4);
    lost_power.reach();
    forget_processes();
    come_back({.power_loss = true});
  }

  void forget_processes() {
    for (Producer& producer : producers_) producer = {};
  }

  // What a reader sees before anybody recovers the log is what a writer makes of it.
  void come_back(LogModel::Excuses excuses) {
    const ReadOutcome before = read_all(partition_.directory(), log::Layout::estream);
    PROPERTY(!before.error);
    reopen_all();
    const ReadOutcome after =
        read_all(partition_.directory(), log::Layout::estream, log::Extent::written);
    PROPERTY(!after.error);
    const std::size_t count = before.records.size();
    PROPERTY(count <= after.records.size());
    PROPERTY(std::equal(before.records.begin(), before.records.end(), after.records.begin()));
    if (excuses.power_loss) PROPERTY(count == after.records.size());
    model_.adopt(after.records, excuses);
    const auto writer = log::PartitionWriter::open(partition_.directory(), {});
    const auto end = (*writer)->log_end_offset();
    PROPERTY(end && end->value == model_.end());
    if (excuses.power_loss) model_.make_durable(model_.end());
  }

  void reopen_all() {
    for (Producer& producer : producers_) PROPERTY(writer_of(producer) != nullptr);
  }

  // What is sealed has been synced, whoever rolled: when all of it is removed, and what follows is
  // lost, the log still ends behind it.
  Result<log::Inventory> take_inventory(log::Maintenance& maintenance) {
    log::Inventory inventory = TRY(maintenance.inventory());
    model_.make_durable(inventory.active.base.value);
    TRY(maintenance.remove_leftovers(inventory));
    return inventory;
  }

  Result<std::size_t> run_compaction() {
    const auto maintenance = TRY(log::Maintenance::open(partition_.directory(), 0));
    const log::Inventory inventory = TRY(take_inventory(*maintenance));
    log::KeyCompaction options = {.now = {5000}, .null_keys = log::NullKeys::keep};
    options.segment_bytes = segment_bytes_;
    const auto report =
        TRY(log::compact_keys(*maintenance, inventory.sealed, options, log::Effect::apply));
    return static_cast<std::size_t>(report.removed_records);
  }

  void compact() {
    if (writer_of(producers_[0]) == nullptr) return;
    const auto removed = run_compaction();
    if (!removed) return must_be_dead(removed.error());
    const std::size_t before = model_.records().size();
    adopt_now({.compaction = true});
    PROPERTY(model_.records().size() + *removed == before);
    if (*removed > 0) compacted.reach();
  }

  Result<std::size_t> run_retention(std::size_t count) {
    const auto maintenance = TRY(log::Maintenance::open(partition_.directory(), 0));
    const log::Inventory inventory = TRY(take_inventory(*maintenance));
    count = std::min(count, inventory.sealed.size());
    if (count == 0) return count;
    const Offset start =
        count < inventory.sealed.size() ? inventory.sealed[count].base : inventory.active.base;
    TRY(maintenance->remove_oldest(std::span(inventory.sealed).first(count), start));
    return count;
  }

  void retain() {
    const std::size_t count = recipe_.choice(3);
    if (writer_of(producers_[0]) == nullptr) return;
    const auto removed = run_retention(count);
    if (!removed) return must_be_dead(removed.error());
    if (*removed > 0) retained.reach();
    adopt_now({.retention = *removed > 0});
  }

  void adopt_now(LogModel::Excuses excuses) {
    const ReadOutcome seen =
        read_all(partition_.directory(), log::Layout::estream, log::Extent::written);
    PROPERTY(!seen.error);
    model_.adopt(seen.records, excuses);
  }

  // A reader at its own level sees a first part of what is there, and all that was published.
  void check_read() {
    if (partition_.system.is_dead()) return;
    const ReadOutcome seen = read_all(partition_.directory(), log::Layout::estream);
    if (seen.error) return must_be_dead(*seen.error);
    const std::vector<OwnedRecord>& all = model_.records();
    PROPERTY(seen.records.size() <= all.size());
    PROPERTY(std::equal(seen.records.begin(), seen.records.end(), all.begin()));
    const auto published = model_.between(0, model_.published_end());
    PROPERTY(seen.records.size() >= published.size());
    adopt_now({});
  }

  void check_seek() {
    const std::int64_t target = model_.end() == 0 ? 0 : recipe_.byte() % (model_.end() + 2);
    if (partition_.system.is_dead()) return;
    auto reader = log::PartitionReader::open(partition_.directory(), log::Layout::estream,
                                             std::nullopt, log::Extent::written);
    if (!reader) return must_be_dead(reader.error());
    PROPERTY(reader->seek({target}).has_value());
    BatchDecoder decoder;
    std::vector<std::byte> bytes;
    std::vector<OwnedRecord> seen;
    for (;;) {
      const auto header = reader->peek();
      PROPERTY(header.has_value());
      if (!*header) break;
      PROPERTY((*header)->last_offset().value >= target);
      PROPERTY(reader->read(bytes).has_value());
      const auto records = decoder.decode(**header, bytes);
      PROPERTY(records.has_value());
      for (const RecordView& record : *records) {
        if (record.offset.value >= target) seen.push_back(owned(record));
      }
    }
    PROPERTY(seen == model_.between(target, INT64_MAX));
    check_time_seek(*reader, 1000 + 5 * target);
  }

  void check_time_seek(log::PartitionReader& reader, std::int64_t time) {
    const auto reaching = reader.offset_reaching({time});
    PROPERTY(reaching.has_value());
    for (const OwnedRecord& record : model_.records()) {
      if (record.timestamp_ms >= time) PROPERTY(record.offset >= reaching->value);
    }
  }

  void check_proof() {
    const auto proof =
        log::verify_partition(partition_.directory(), log::Layout::estream, std::nullopt, {});
    for (const log::Finding& finding : proof.findings) {
      if (finding.kind == log::Finding::Kind::note) continue;
      std::fprintf(stderr, "%s\n", finding.text().c_str());
      PROPERTY(false);
    }
  }

  Recipe& recipe_;
  MemoryPartition partition_;
  std::int64_t segment_bytes_ = 0;
  LogModel model_;
  std::array<Producer, 2> producers_;
  int serial_ = 0;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Recipe recipe(data, size);
  Machine(recipe).run();
  return 0;
}
