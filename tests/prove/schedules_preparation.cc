#include "prove/schedules_preparation.h"

#include <cerrno>
#include <string>
#include <utility>

#include "base/assert.h"
#include "log/create.h"
#include "prove/schedules_owner.h"

namespace estream::prove::interleave {

namespace {

template <class T>
T needed(Result<T> result) {
  ASSERT(result.has_value());
  return *std::move(result);
}

}  // namespace

Preparation::Preparation() {
  for (const char* name : {"p", "b", "g"}) {
    memory_.make_directory_at(memory_.current_directory(), name, 0777);
  }
  ASSERT(log::create_partition(directory()).has_value());
}

io::Directory Preparation::directory() { return needed(io::Directory::open(memory_, "p")); }

std::unique_ptr<log::PartitionWriter> Preparation::writer(const log::WriterOptions& options) {
  return needed(log::PartitionWriter::open(directory(), options));
}

void Preparation::append(log::PartitionWriter& writer, int count, std::size_t padding,
                         bool acknowledges) {
  for (int i = 0; i < count; i++) {
    const std::vector<Event> events = make_events("T", number_++, padding);
    std::vector<std::byte> batch = make_batch(events, next_time());
    std::int64_t offset = needed(writer.append(batch)).base_offset.value;
    for (const Event& event : events) {
      setting_.attempted.emplace_back(earlier_producer, event);
      if (acknowledges) setting_.acknowledged[offset++] = event.value;
    }
  }
}

void Preparation::fill(int sealed, int batches_each, std::size_t padding) {
  const auto writer = this->writer({.sync_level = log::SyncLevel::batch});
  for (int i = 0; i < sealed; i++) {
    append(*writer, batches_each, padding, true);
    ASSERT(writer->seal_active().has_value());
  }
  append(*writer, 1, padding, true);
}

void Preparation::work(std::int64_t events) { ASSERT(try_work(events).has_value()); }

void Preparation::die_while_storing(std::int64_t events, std::int64_t batches) {
  memory_.fail(io::MemorySystem::Call::write, batches + 1, EIO, 1, ".log");
  ASSERT(!try_work(events).has_value());
  memory_.clear_faults();
  memory_.kill();
}

Result<void> Preparation::try_work(std::int64_t events) {
  const OwnerReport report = {
      .attempt = [&](const Event& event) { setting_.attempted.emplace_back(earlier_owner, event); },
      .store =
          [&](std::int64_t offset, const std::vector<Event>& stored) {
            for (const Event& event : stored) setting_.acknowledged[offset++] = event.value;
          }};
  return run_owner(memory_, "T", {.events = events}, report);
}

Setting Preparation::finish() {
  for (auto& [path, content] : memory_.tree()) {
    if (path.find('/') != path.npos) setting_.files[path] = content;
  }
  setting_.boot_id = *memory_.boot_id();
  return std::move(setting_);
}

}  // namespace estream::prove::interleave
