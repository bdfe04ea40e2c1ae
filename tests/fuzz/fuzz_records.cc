// Records into a batch and out of it again, whatever they are, by all ways of beginning a batch.
#include <list>

#include "fuzz/fuzz.h"
#include "fuzz/records.h"
#include "fuzz/reference_records.h"
#include "record/batch_records.h"

using namespace estream;
using namespace estream::fuzz;

namespace {

Mark moved("records", "a batch counts its times from a record that is not the first");
Mark gaps("records", "offsets have gaps");
Mark packed("records", "a compressed batch has several records");

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Recipe recipe(data, size);
  const std::uint8_t how = recipe.byte();
  const Timestamp base = {recipe.number<std::int64_t>()};
  BatchBuilder builder;
  const bool finds_base = (how & 1) != 0;
  if (finds_base) {
    builder.begin();
  } else {
    builder.begin(base);
  }
  std::list<RecipeRecord> records;
  std::vector<OwnedRecord> expected;
  std::int32_t delta = -1;
  while (!recipe.is_empty() && expected.size() < 100) {
    RecordView& record = records.emplace_back(recipe).view;
    const std::int32_t gap = (how & 2) != 0 ? static_cast<std::int32_t>(record.offset.value) : 0;
    if (gap > 0) gaps.reach();
    delta += 1 + gap;
    record.offset = {delta};
    builder.append_at(delta, record.timestamp, record.key, record.value, record.headers);
    expected.push_back(owned(record));
  }
  const Codec codec = (how & 4) != 0 ? Codec::zstd : Codec::none;
  const auto batch = builder.finish(codec, 1 + (how >> 3) % 4);
  PROPERTY(batch.has_value());

  const auto header = parse_batch_header(*batch);
  PROPERTY(header && header->size_bytes() == batch->size() && verify_crc(*header, *batch));
  PROPERTY(header->record_count == static_cast<std::int32_t>(expected.size()));
  BatchDecoder decoder;
  const auto found = decoder.decode(*header, *batch);
  PROPERTY(found && found->size() == expected.size());
  Timestamp smallest = {INT64_MAX};
  for (std::size_t i = 0; i < expected.size(); i++) {
    PROPERTY(owned((*found)[i]) == expected[i]);
    PROPERTY((*found)[i].timestamp <= header->max_timestamp);
    smallest = std::min(smallest, (*found)[i].timestamp);
  }
  if (expected.empty()) return 0;
  if (codec == Codec::zstd && expected.size() > 1) packed.reach();
  if (!finds_base) return 0;
  PROPERTY(header->base_timestamp == smallest);
  if (expected.front().timestamp_ms > smallest.ms) moved.reach();
  return 0;
}
