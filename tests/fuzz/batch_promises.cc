#include "fuzz/batch_promises.h"

#include "fuzz/fuzz.h"
#include "fuzz/memory_meter.h"
#include "fuzz/partition.h"
#include "log/batch_reader.h"
#include "record/batch_builder.h"
#include "record/batch_records.h"

namespace estream::fuzz {

namespace {

Mark accepted_none("batches_repaired", "an uncompressed batch with records is accepted");
Mark accepted_gzip("batches_repaired", "a gzip batch is accepted");
Mark accepted_snappy("batches_repaired", "a snappy batch is accepted");
Mark accepted_lz4("batches_repaired", "an lz4 batch is accepted");
Mark accepted_zstd("batches_repaired", "a zstd batch is accepted");
Mark accepted_headers("batches_repaired", "a record with headers is accepted");
Mark accepted_odd("batches_repaired", "a number in a longer form than needed is accepted");
Mark refused_records("batches_repaired", "records behind a good checksum are refused");

void reach_codec(Codec codec) {
  Mark* const marks[] = {&accepted_none, &accepted_gzip, &accepted_snappy, &accepted_lz4,
                         &accepted_zstd};
  marks[static_cast<std::size_t>(codec)]->reach();
}

// Every field is kept; only bits that have no meaning are dropped.
void check_header(const BatchHeader& header, Bytes batch) {
  PROPERTY(header.size_bytes() >= batch_header_bytes && header.size_bytes() <= batch_bytes_max);
  PROPERTY(header.base_offset >= Offset{0} && header.last_offset() >= header.base_offset);
  PROPERTY(header.next_offset() > header.last_offset());
  PROPERTY(header.record_count >= 0 && header.record_count - 1 <= header.last_offset_delta);
  std::vector<std::byte> stored(batch_header_bytes);
  store_batch_header(stored, header);
  std::vector<std::byte> expected(batch.begin(), batch.begin() + batch_header_bytes);
  expected[21] = std::byte{0};
  expected[22] &= std::byte{0x7F};
  PROPERTY(stored == expected);
  const auto again = parse_batch_header(stored);
  PROPERTY(again && *again == header);
}

// The records, written again without compression.
std::vector<std::byte> rewritten(const BatchHeader& header, std::span<const RecordView> records) {
  BatchBuilder builder;
  builder.begin(header.base_timestamp);
  for (const RecordView& record : records) {
    builder.append_at(static_cast<std::int32_t>(record.offset - header.base_offset),
                      record.timestamp, record.key, record.value, record.headers);
  }
  const auto batch = builder.finish(Codec::none, 0);
  // What is longer in the form that we write than in the one that was read may be too long for us.
  if (!batch) return {};
  return {batch->begin(), batch->end()};
}

void check_rewritten(const BatchHeader& header, std::span<const RecordView> records,
                     std::string_view plain, const ReferenceRecords& reference) {
  const std::vector<std::byte> batch = rewritten(header, records);
  if (batch.empty()) return;
  auto again = parse_batch_header(batch);
  PROPERTY(again && verify_crc(*again, batch));
  // Its own last delta is that of its last record.
  again->base_offset = header.base_offset;
  BatchDecoder decoder;
  const auto found = decoder.decode(*again, batch);
  PROPERTY(found && found->size() == records.size());
  for (std::size_t i = 0; i < records.size(); i++) {
    PROPERTY(owned((*found)[i]) == reference.records[i]);
  }
  const bool has_own_times = header.timestamp_type == TimestampType::create_time;
  if (!reference.is_canonical) accepted_odd.reach();
  if (reference.is_canonical && has_own_times) {
    PROPERTY(as_text(Bytes(batch).subspan(batch_header_bytes)) == plain);
  }
}

void check_records(const BatchHeader& header, Bytes batch) {
  BatchDecoder decoder;
  const auto records = decoder.decode(header, batch);
  Decompressor decompressor;
  const Bytes stored = batch.subspan(batch_header_bytes);
  const bool is_emptied = header.record_count == 0 && stored.empty();
  const auto plain = is_emptied ? Result<Bytes>(stored)
                                : decompressor.decompress(header.codec, stored, records_bytes_max);
  std::optional<ReferenceRecords> reference;
  if (plain) reference = reference_records(header, as_text(*plain));
  PROPERTY(records.has_value() == reference.has_value());
  if (!records) {
    PROPERTY(records.error().code == Error::Code::corrupt);
    refused_records.reach();
    return;
  }
  PROPERTY(records->size() == static_cast<std::size_t>(header.record_count));
  PROPERTY(records->size() == reference->records.size());
  for (std::size_t i = 0; i < records->size(); i++) {
    PROPERTY(owned((*records)[i]) == reference->records[i]);
    if (!reference->records[i].headers.empty()) accepted_headers.reach();
    (void)control_type((*records)[i]);
  }
  if (!records->empty()) reach_codec(header.codec);
  check_rewritten(header, *records, as_text(*plain), *reference);
}

}  // namespace

void check_segment(std::string_view segment) {
  MemoryPartition partition;
  partition.put("log", segment);
  const auto file = partition.directory().open_file("log", io::OpenMode::read);
  PROPERTY(file.has_value());
  // A limit beyond the end of the file, as a slot of another file would give.
  for (const std::uint64_t limit : {std::uint64_t{segment.size()}, UINT64_MAX}) {
    std::size_t expected = 0;
    const MemoryMeter meter;
    log::BatchReader reader(*file, 0, limit);
    std::vector<std::byte> bytes;
    for (;;) {
      PROPERTY(reader.position() == expected);
      const auto header = reader.peek();
      if (!header || !*header) break;
      const BatchHeader batch = **header;
      if (auto read = reader.read(bytes); !read) {
        PROPERTY(read.error().code == Error::Code::corrupt && reader.position() == expected);
        break;
      }
      PROPERTY(as_text(bytes) == segment.substr(expected, batch.size_bytes()));
      expected += batch.size_bytes();
      PROPERTY(expected <= segment.size());
      check_header(batch, bytes);
    }
    // The batch that is read, and what was read ahead of it.
    PROPERTY(meter.peak_bytes() <= 4 * segment.size() + (1 << 20));
  }
  for (log::BatchReader reader(*file, 0, segment.size());;) {
    std::vector<std::byte> bytes;
    const auto header = reader.peek();
    if (!header || !*header) break;
    const BatchHeader batch = **header;
    if (!reader.read(bytes)) break;
    check_records(batch, bytes);
  }
}

}  // namespace estream::fuzz
