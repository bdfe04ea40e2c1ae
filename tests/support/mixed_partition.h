#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "support/compaction.h"

// A small partition that has everything, and what a reader makes of it when it is damaged.

namespace estream::log {

inline std::string noise(std::size_t bytes, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::string text(bytes, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

// Appends batches of both codecs, large enough for entries in both indexes, with times that go back
// and forth.
inline void append_mixed(PartitionWriter& writer, std::int64_t time, std::uint32_t seed) {
  append_keyed(writer, {{"a", "1"}, {"b", noise(30, seed)}}, time);
  append_keyed(writer, {{"big" + std::to_string(seed), noise(3900, seed)}}, time + 20, Codec::none);
  append_keyed(writer, {{"a", "2"}, {"c", std::nullopt}, {"d", std::string(90, 'd')}}, time - 5,
               Codec::zstd);
  append_keyed(writer, {{"e", noise(150, seed + 1)}}, time + 30, Codec::zstd);
  append_keyed(writer, {{"a", "3"}}, time + 25);
}

// Loses what was written last although the slot speaks of it: the next epoch begins.
inline void lose_a_batch(TestPartition& partition) {
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::none});
    append_keyed(*writer, {{"lost", "1"}}, 5000);
    auto commit = partition.directory().open_file("commit", io::OpenMode::read_write);
    REQUIRE(commit->sync());
  }
  partition.system.crash(io::MemorySystem::Loss::all_unsynced);
  REQUIRE(partition.writer()->take_notices().size() == 1);
}

// A compacted segment, one sealed with two epochs in it, another sealed one and the active one.
inline void fill_mixed(TestPartition& partition) {
  const WriterOptions each_batch = {.sync_level = SyncLevel::batch};
  {
    const auto writer = partition.writer(each_batch);
    append_keyed(*writer, {{"a", "0"}, {"b", "0"}, {"c", "0"}}, 1000);
    append_keyed(*writer, {{"d", "0"}}, 1001);
    REQUIRE(writer->seal_active());
    append_mixed(*writer, 1100, 1);
    append_keyed(*writer, {{"a", "4"}, {"e", "4"}}, 1150, Codec::zstd);
    REQUIRE(writer->seal_active());
  }
  REQUIRE(compacted(partition, {.now = {2000}}).rewritten_segments == 2);
  append_keyed(*partition.writer(each_batch), {{"f", "1"}}, 1200);
  lose_a_batch(partition);
  const auto writer = partition.writer(each_batch);
  append_mixed(*writer, 1300, 11);
  REQUIRE(writer->seal_active());
  append_mixed(*writer, 1250, 21);
  REQUIRE(writer->seal_active());
  append_mixed(*writer, 1400, 31);
  REQUIRE(writer->finish());
  REQUIRE(list_segments(partition.directory())->size() == 4);
}

// Every file of the partition with its content.
inline std::map<std::string, std::string> files_of(TestPartition& partition) {
  std::map<std::string, std::string> files = partition.system.tree();
  std::erase_if(files, [](const auto& file) { return !file.first.starts_with("p/"); });
  return files;
}

inline std::string flipped(std::string content, std::size_t bit) {
  content[bit / 8] = static_cast<char>(content[bit / 8] ^ (1 << bit % 8));
  return content;
}

// Which bytes of a log are those of batch headers.
inline std::vector<bool> header_bytes(const std::string& log) {
  std::vector<bool> is_header(log.size());
  for (std::size_t at = 0; at < log.size();) {
    const auto header = parse_batch_header(as_bytes(log).subspan(at));
    REQUIRE(header);
    std::fill_n(is_header.begin() + static_cast<std::ptrdiff_t>(at), batch_header_bytes, true);
    at += header->size_bytes();
  }
  return is_header;
}

// All that a consumer learns of a partition, up to the end or the first error.
struct Reading {
  std::vector<BatchHeader> headers;
  std::vector<OwnedRecord> records;
  bool has_error = false;
};

inline Reading reading_of(const io::Directory& directory, Layout layout = Layout::estream) {
  static BatchDecoder decoder;  // Tens of thousands of readings share its memory.
  Reading reading;
  auto reader = PartitionReader::open(directory, layout, std::nullopt);
  std::vector<std::byte> bytes;
  reading.has_error = !reader;
  while (!reading.has_error) {
    const auto header = reader->peek();
    if (header && !*header) break;
    const bool is_read = header && reader->read(bytes);
    const auto records =
        is_read ? decoder.decode(**header, bytes) : Result<std::span<const RecordView>>(Error{});
    reading.has_error = !records;
    if (reading.has_error) break;
    reading.headers.push_back(**header);
    for (const RecordView& record : *records) reading.records.push_back(owned(record));
  }
  return reading;
}

enum class Verdict {
  same,       // Everything, as it was written.
  refused,    // An error, and before it only what was written.
  shorter,    // A first part of what was written, without an error.
  different,  // Anything else.
};

inline Verdict judge(const Reading& original, const Reading& now) {
  const auto begins = [](const auto& all, const auto& part) {
    return part.size() <= all.size() && std::equal(part.begin(), part.end(), all.begin());
  };
  if (!begins(original.records, now.records) || !begins(original.headers, now.headers)) {
    return Verdict::different;
  }
  if (now.has_error) return Verdict::refused;
  return now.headers.size() == original.headers.size() ? Verdict::same : Verdict::shorter;
}

}  // namespace estream::log
