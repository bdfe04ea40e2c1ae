#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "log/maintenance/compaction.h"
#include "log/maintenance/maintenance.h"
#include "support/batches.h"
#include "support/partition.h"

// Partitions with keys, and what tests of retention and compaction do with them.

namespace estream::log {

struct KeyedEvent {
  std::optional<std::string> key;
  std::optional<std::string> value;
};

// A finished batch without a place.
inline std::vector<std::byte> keyed_batch(const std::vector<KeyedEvent>& events,
                                          std::int64_t timestamp_ms = 1000,
                                          Codec codec = Codec::none) {
  BatchBuilder builder;
  builder.begin();
  for (const KeyedEvent& event : events) {
    builder.append({timestamp_ms}, event.key, event.value, {});
  }
  const auto batch = builder.finish(codec, 1);
  REQUIRE(batch);
  return {batch->begin(), batch->end()};
}

inline Offset append_keyed(PartitionWriter& writer, const std::vector<KeyedEvent>& events,
                           std::int64_t timestamp_ms = 1000, Codec codec = Codec::none) {
  std::vector<std::byte> batch = keyed_batch(events, timestamp_ms, codec);
  const auto appended = writer.append(batch);
  if (!appended) FAIL(appended.error().message);
  return appended->base_offset;
}

// Every record that a reader sees; it must not meet an error.
inline std::vector<OwnedRecord> seen_records(const io::Directory& directory) {
  auto reader = PartitionReader::open(directory, Layout::estream, std::nullopt);
  if (!reader) FAIL(reader.error().message);
  std::vector<OwnedRecord> records;
  std::vector<std::byte> bytes;
  BatchDecoder decoder;
  for (;;) {
    const auto header = reader->peek();
    if (!header) FAIL(header.error().message);
    if (!*header) return records;
    const auto read = reader->read(bytes);
    if (!read) FAIL(read.error().message);
    const auto decoded = decoder.decode(**header, bytes);
    REQUIRE(decoded);
    for (const RecordView& record : *decoded) records.push_back(owned(record));
  }
}

inline std::set<std::int64_t> offsets_of(const std::vector<OwnedRecord>& records) {
  std::set<std::int64_t> offsets;
  for (const OwnedRecord& record : records) offsets.insert(record.offset);
  return offsets;
}

// A whole maintenance run: what the tool does to one partition.
inline Result<RewriteReport> run_compaction(const io::Directory& directory,
                                            const KeyCompaction& options,
                                            Effect effect = Effect::apply) {
  const auto maintenance = TRY(Maintenance::open(directory, 0));
  const Inventory inventory = TRY(maintenance->inventory());
  if (effect == Effect::apply) TRY(maintenance->remove_leftovers(inventory));
  return compact_keys(*maintenance, inventory.sealed, options, effect);
}

// The same for retention: the oldest `count` sealed segments go.
inline Result<void> run_retention(const io::Directory& directory, std::size_t count) {
  const auto maintenance = TRY(Maintenance::open(directory, 0));
  const Inventory inventory = TRY(maintenance->inventory());
  TRY(maintenance->remove_leftovers(inventory));
  count = std::min(count, inventory.sealed.size());
  if (count == 0) return {};
  const Offset start =
      count < inventory.sealed.size() ? inventory.sealed[count].base : inventory.active.base;
  return maintenance->remove_oldest(std::span(inventory.sealed).first(count), start);
}

inline Inventory inventory_of(const io::Directory& directory) {
  const auto maintenance = Maintenance::open(directory, 0);
  REQUIRE(maintenance);
  const auto inventory = (*maintenance)->inventory();
  if (!inventory) FAIL(inventory.error().message);
  return *inventory;
}

inline RewriteReport compacted(TestPartition& partition, const KeyCompaction& options,
                               Effect effect = Effect::apply) {
  const auto report = run_compaction(partition.directory(), options, effect);
  if (!report) FAIL(report.error().message);
  return *report;
}

inline void seal(TestPartition& partition) {
  const auto sealed = partition.writer()->seal_active();
  if (!sealed) FAIL(sealed.error().message);
}

// Names in the partition's directory that no run leaves when it ends well: files that wait for
// their place, segments without all of their three files.
inline std::vector<std::string> strays(TestPartition& partition) {
  std::vector<std::string> found;
  const auto names = partition.directory().list();
  REQUIRE(names);
  const auto has = [&](const std::string& name) {
    return std::ranges::find(*names, name) != names->end();
  };
  for (const std::string& name : *names) {
    if (name.ends_with(".cleaned") || name.find(".tmp") != std::string::npos) found.push_back(name);
    for (const SegmentFile kind : {SegmentFile::log, SegmentFile::index, SegmentFile::time_index}) {
      const auto base = parse_segment_file_name(name, kind);
      if (!base) continue;
      for (const SegmentFile other :
           {SegmentFile::log, SegmentFile::index, SegmentFile::time_index}) {
        if (!has(segment_file_name(*base, other))) found.push_back(name);
      }
    }
  }
  return found;
}

}  // namespace estream::log
