#pragma once

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "log/create.h"
#include "log/names.h"
#include "log/partition_reader.h"
#include "log/partition_writer.h"
#include "record/batch_builder.h"
#include "record/batch_records.h"
#include "support/memory_system.h"

// A partition on a machine in memory, and what tests of the log do with one.

namespace estream::log {

// A finished batch without a place: a record for each value, all of one time.
inline std::vector<std::byte> batch_of(const std::vector<std::string>& values,
                                       std::int64_t timestamp_ms = 1000) {
  BatchBuilder builder;
  builder.begin({timestamp_ms});
  for (const std::string& value : values) builder.append({timestamp_ms}, std::nullopt, value, {});
  const auto batch = builder.finish(Codec::none, 0);
  REQUIRE(batch);
  return {batch->begin(), batch->end()};
}

// A finished batch without a place, a record for each time: its base timestamp is the smallest.
inline std::vector<std::byte> batch_of_times(const std::vector<std::int64_t>& times_ms) {
  BatchBuilder builder;
  builder.begin();
  for (const std::int64_t time : times_ms) builder.append({time}, std::nullopt, "v", {});
  const auto batch = builder.finish(Codec::none, 0);
  REQUIRE(batch);
  return {batch->begin(), batch->end()};
}

// The same as batch_of() with its place in a log.
inline std::vector<std::byte> placed_batch(std::int64_t base_offset,
                                           const std::vector<std::string>& values,
                                           std::int64_t timestamp_ms = 1000,
                                           std::int32_t epoch = 0) {
  std::vector<std::byte> batch = batch_of(values, timestamp_ms);
  patch_base_offset(batch, {base_offset});
  patch_leader_epoch(batch, epoch);
  return batch;
}

// A finished batch of one record that takes `size_bytes` in all, or the little less that is
// possible where a length grows by a byte; at least 70.
inline std::vector<std::byte> sized_batch(std::size_t size_bytes, std::int64_t timestamp_ms = 1000,
                                          char filler = 'x') {
  std::string value(size_bytes - 68, filler);
  for (;;) {
    std::vector<std::byte> batch = batch_of({value}, timestamp_ms);
    if (batch.size() <= size_bytes) return batch;
    value.pop_back();
  }
}

inline std::string text_of(Bytes bytes) { return std::string(as_text(bytes)); }

struct StoredRecord {
  std::int64_t offset = 0;
  std::string value;

  friend bool operator==(const StoredRecord&, const StoredRecord&) = default;
};

// All that the reader has from where it is to its end.
inline Result<std::vector<StoredRecord>> read_rest(PartitionReader& reader) {
  std::vector<StoredRecord> records;
  std::vector<std::byte> bytes;
  BatchDecoder decoder;
  for (;;) {
    const auto header = TRY(reader.peek());
    if (!header) return records;
    TRY(reader.read(bytes));
    for (const RecordView& record : TRY(decoder.decode(*header, bytes))) {
      records.push_back({record.offset.value, std::string(record.value.value_or("null"))});
    }
  }
}

// A new reader's view of the whole partition.
inline Result<std::vector<StoredRecord>> read_all(const io::Directory& directory,
                                                  Layout layout = Layout::estream,
                                                  Extent extent = Extent::published) {
  PartitionReader reader = TRY(PartitionReader::open(directory, layout, std::nullopt, extent));
  return read_rest(reader);
}

inline std::vector<StoredRecord> records(std::int64_t first_offset,
                                         const std::vector<std::string>& values) {
  std::vector<StoredRecord> out;
  for (const std::string& value : values) out.push_back({first_offset++, value});
  return out;
}

// The partition "p", new and durable.
struct TestPartition {
  io::MemorySystem system;

  TestPartition() {
    REQUIRE(system.make_directory_at(system.current_directory(), "p", 0777) == 0);
    REQUIRE(create_partition(directory()));
    system.crash(io::MemorySystem::Loss::nothing);
  }

  // Opened anew each time: a crash closes all descriptors.
  io::Directory directory() {
    auto directory = io::Directory::open(system, "p");
    REQUIRE(directory);
    return *directory;
  }

  Result<std::unique_ptr<PartitionWriter>> try_writer(const WriterOptions& options = {}) {
    const io::Directory opened = TRY(io::Directory::open(system, "p"));
    return PartitionWriter::open(opened, options);
  }

  std::unique_ptr<PartitionWriter> writer(const WriterOptions& options = {}) {
    auto writer = try_writer(options);
    if (!writer) FAIL(writer.error().message);
    return *std::move(writer);
  }

  // What a reader sees; it must not meet an error.
  std::vector<StoredRecord> seen(Extent extent = Extent::published) {
    const auto found = read_all(directory(), Layout::estream, extent);
    if (!found) FAIL(found.error().message);
    return *found;
  }

  // Logs that were written to or synced after a sync of them had failed. Other files are hints, or
  // written anew as a whole.
  std::vector<std::string> misused_logs() {
    std::vector<std::string> logs = system.touched_after_failed_sync();
    std::erase_if(logs, [](const std::string& what) { return !what.ends_with(".log"); });
    return logs;
  }

  CommitState commit() {
    const auto file = directory().open_file("commit", io::OpenMode::read);
    REQUIRE(file);
    const auto state = read_commit(*file);
    REQUIRE(state);
    return *state;
  }

  // All files but the one that each writer and each maintenance run writes to.
  std::map<std::string, std::string> tree_without_commit() {
    auto tree = system.tree();
    tree.erase("p/commit");
    return tree;
  }

  std::string log(std::int64_t base = 0) {
    return system.content("p/" + segment_file_name({base}, SegmentFile::log));
  }
};

inline PartitionWriter::Appended append(PartitionWriter& writer,
                                        const std::vector<std::string>& values,
                                        std::int64_t timestamp_ms = 1000) {
  std::vector<std::byte> batch = batch_of(values, timestamp_ms);
  const auto appended = writer.append(batch);
  if (!appended) FAIL(appended.error().message);
  return *appended;
}

}  // namespace estream::log
