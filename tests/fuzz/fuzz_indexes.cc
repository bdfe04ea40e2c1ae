// Any bytes as the two indexes of a segment: they are hints, so that a search through them finds
// what a search without them finds.
#include <algorithm>

#include "fuzz/fuzz.h"
#include "fuzz/partition.h"
#include "fuzz/segment_bytes.h"
#include "log/index_writer.h"
#include "log/names.h"
#include "log/segment.h"
#include "record/batch_builder.h"

using namespace estream;
using namespace estream::fuzz;
using log::SegmentFile;

namespace {

Mark helped("indexes", "an entry saves part of a search");
Mark misled("indexes", "an entry that leads nowhere is passed over");
Mark time_helped("indexes", "an entry of the time index is used");

constexpr std::int64_t base = 1000;
constexpr std::size_t batch_count = 20;

// A segment whose times go up and down.
struct SampleLog {
  std::string bytes;
  std::vector<BatchHeader> headers;

  SampleLog();
};

SampleLog::SampleLog() {
  std::vector<std::string> batches;
  for (std::size_t i = 0; i < batch_count; i++) {
    BatchBuilder builder;
    builder.begin();
    const auto time = static_cast<std::int64_t>(5000 + i * 10 - i % 3 * 25);
    builder.append({time}, "k", std::string(200 + i * 37, 'v'), {});
    builder.append({time - 3}, "k", "w", {});
    const auto batch = builder.finish(Codec::none, 0);
    batches.emplace_back(as_text(*batch));
  }
  tile_batches(batches, base, 0);
  for (const std::string& batch : batches) headers.push_back(*parse_batch_header(as_bytes(batch)));
  bytes = join(batches);
}

// Whether each entry of an index is as large as the one before: only then is a search defined.
template <class Index, class Value>
bool is_sorted(const Index& index, std::uint64_t count, Value value) {
  for (std::uint64_t i = 1; i < count; i++) {
    if (value(*index.entry(i)) < value(*index.entry(i - 1))) return false;
  }
  return true;
}

void check_offsets(io::File file, Offset target) {
  const std::uint64_t bytes = *file.size_bytes();
  const log::OffsetIndex index(std::move(file), {base});
  const auto count = index.entry_count();
  PROPERTY(count && *count <= bytes / log::offset_index_entry_bytes);
  const auto found = index.floor(target);
  PROPERTY(found.has_value());
  if (*found) PROPERTY((*found)->last_offset <= target);
  const auto value = [](const log::OffsetIndexEntry& entry) { return entry.last_offset.value; };
  if (!is_sorted(index, *count, value)) return;
  std::optional<Offset> slow;
  for (std::uint64_t i = 0; i < *count; i++) {
    if (index.entry(i)->last_offset <= target) slow = index.entry(i)->last_offset;
  }
  PROPERTY(slow.has_value() == found->has_value());
  if (slow) PROPERTY(*slow == (*found)->last_offset);
}

// Answers whether an entry says of a batch what is true of it alone, and not of those before it:
// such an entry is believed, as it costs a walk over the whole segment to see through it.
bool check_times(io::File file, Timestamp target, const std::vector<BatchHeader>& headers) {
  const std::uint64_t bytes = *file.size_bytes();
  const log::TimeIndex index(std::move(file), {base});
  const auto count = index.entry_count();
  PROPERTY(count && *count <= bytes / log::time_index_entry_bytes);
  const auto found = index.below(target);
  PROPERTY(found.has_value());
  if (!*found) return false;
  PROPERTY((*found)->max_timestamp < target);
  Timestamp largest;
  for (const BatchHeader& header : headers) {
    largest = std::max(largest, header.max_timestamp);
    if (header.last_offset() != (*found)->last_offset) continue;
    if (header.max_timestamp == (*found)->max_timestamp) time_helped.reach();
    return header.max_timestamp == (*found)->max_timestamp && largest > header.max_timestamp;
  }
  return false;
}

void check_search(const log::Segment& segment, std::uint64_t size, Offset target,
                  const std::vector<BatchHeader>& headers) {
  const auto position = segment.position_before(target, size);
  PROPERTY(position && *position < size);
  std::uint64_t at = 0;
  for (const BatchHeader& header : headers) {
    if (at == *position) break;
    // What is passed over ends before the target.
    PROPERTY(header.last_offset() < target);
    at += header.size_bytes();
  }
  PROPERTY(at == *position);
  (at > 0 ? helped : misled).reach();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Recipe recipe(data, size);
  static const SampleLog sample;
  const std::vector<BatchHeader>& headers = sample.headers;
  const Offset target = {base + static_cast<std::int8_t>(recipe.byte())};
  const Timestamp time = {5000 + 4 * static_cast<std::int8_t>(recipe.byte())};
  MemoryPartition partition;
  const auto name = [](SegmentFile kind) { return log::segment_file_name({base}, kind); };
  const std::string offsets_name = name(SegmentFile::index);
  const std::string times_name = name(SegmentFile::time_index);
  const std::size_t split = recipe.byte();
  partition.put(name(SegmentFile::log), sample.bytes);
  partition.put(offsets_name, recipe.text(split * 2));
  partition.put(times_name, recipe.rest_text());
  const io::Directory directory = partition.directory();

  check_offsets(*directory.open_file(offsets_name, io::OpenMode::read), target);
  const bool is_deceived =
      check_times(*directory.open_file(times_name, io::OpenMode::read), time, headers);
  const auto segment = log::Segment::open(directory, {base});
  PROPERTY(segment.has_value());
  check_search(*segment, sample.bytes.size(), target, headers);
  const auto reaching = segment->first_batch_reaching(time, sample.bytes.size());
  PROPERTY(reaching.has_value());
  const auto slow = std::ranges::find_if(
      headers, [&](const BatchHeader& header) { return header.max_timestamp >= time; });
  const auto expected =
      slow == headers.end() ? std::optional<Offset>() : std::optional(slow->base_offset);
  if (!is_deceived) PROPERTY(*reaching == expected);

  // A writer takes over what fits the log, and makes anew what does not.
  const auto file = directory.open_file(name(SegmentFile::log), io::OpenMode::read);
  auto writer = log::IndexWriter::open(directory, {base});
  PROPERTY(file && writer && writer->reload(*file, sample.bytes.size()));
  PROPERTY(writer->rebuild(*file, sample.bytes.size()) && writer->complete());
  const auto rebuilt = log::Segment::open(directory, {base});
  PROPERTY(*rebuilt->first_batch_reaching(time, sample.bytes.size()) == expected);
  return 0;
}
