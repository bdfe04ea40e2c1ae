#include "tool/records/chunk_builder.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "base/murmur2.h"
#include "record/batch_records.h"

namespace estream::tool {

namespace {

struct Stored {
  std::string key;  // "-" for null.
  std::string value;
  std::int64_t timestamp;
};

// Lines through a builder, and what its batches hold, by partition.
struct Built {
  Chunk chunk;
  std::map<std::int32_t, std::vector<Stored>> records;
  std::vector<BatchHeader> headers;
};

Built build(const BuildOptions& options, std::string_view text, std::int64_t number = 0) {
  Built built;
  Chunk& chunk = built.chunk;
  chunk.number = number;
  chunk.buffer.assign(text.begin(), text.end());
  chunk.buffer.resize(text.size() + json::padding_bytes);
  chunk.size = text.size();
  chunk.read_at = {1000};
  ChunkBuilder(options).build(chunk);
  BatchDecoder decoder;
  for (const BuiltBatch& batch : chunk.batches) {
    const Bytes bytes = Bytes(chunk.batch_bytes).subspan(batch.begin, batch.size);
    const auto header = parse_batch_header(bytes);
    REQUIRE(header);
    REQUIRE(verify_crc(*header, bytes));
    built.headers.push_back(*header);
    const auto records = decoder.decode(*header, bytes);
    REQUIRE(records);
    CHECK(records->size() == batch.event_count);
    for (const RecordView& record : *records) {
      built.records[batch.partition].push_back({std::string(record.key.value_or("-")),
                                                std::string(record.value.value_or("(null)")),
                                                record.timestamp.ms});
    }
  }
  return built;
}

json::Path path(std::string_view text) { return *json::parse_path(text); }

}  // namespace

TEST_CASE("events go where Kafka's hash of their key says, in the order of the input") {
  BuildOptions options;
  options.partition_count = 5;
  options.key_path = path(".u");
  std::string text;
  for (int i = 0; i < 1000; i++) {
    text += "{\"u\":\"user" + std::to_string(i % 17) + "\",\"n\":" + std::to_string(i) + "}\n";
  }
  const Built built = build(options, text);
  std::int64_t count = 0;
  for (const auto& [partition, records] : built.records) {
    int last = -1;
    for (const Stored& record : records) {
      CHECK(partition_for_key(as_bytes(record.key), 5) == partition);
      const int number = std::stoi(record.value.substr(record.value.rfind(':') + 1));
      CHECK(number > last);
      last = number;
      count++;
    }
  }
  CHECK(count == 1000);
  CHECK(built.chunk.event_count == 1000);
}

TEST_CASE("a batch ends before it is larger than asked for") {
  BuildOptions options;
  options.batch_bytes = 2000;
  options.codec = Codec::none;
  std::string text;
  for (int i = 0; i < 200; i++) text += "{\"pad\":\"" + std::string(90, 'x') + "\"}\n";
  const Built built = build(options, text);
  CHECK(built.headers.size() >= 10);
  for (const BatchHeader& header : built.headers) CHECK(header.size_bytes() <= 2000);
}

TEST_CASE("a batch ends when it has as many records as a reader takes") {
  BuildOptions options;
  options.format = InputFormat::text;
  options.batch_bytes = 64 << 20;
  const Built built = build(options, std::string(1'048'577, '\n'));
  REQUIRE(built.headers.size() == 2);
  CHECK(built.headers[0].record_count == 1'048'576);
  CHECK(built.headers[1].record_count == 1);
}

TEST_CASE("the header of a batch has the exact range of its times, in whatever order they come") {
  BuildOptions options;
  options.time_path = path(".t");
  const Built built = build(options, "{\"t\":0.5}\n{\"t\":0.1}\n{\"t\":0.9}\n{\"t\":0.1}\n");
  REQUIRE(built.headers.size() == 1);
  CHECK(built.headers[0].base_timestamp.ms == 100);
  CHECK(built.headers[0].max_timestamp.ms == 900);
  const auto& records = built.records.at(0);
  CHECK(records[0].timestamp == 500);
  CHECK(records[1].timestamp == 100);
  CHECK(records[2].timestamp == 900);
}

TEST_CASE("a bad line ends the input there, and what was before it is built") {
  const Built built = build({}, "1\n2\nnope\n4\n");
  REQUIRE(built.chunk.fatal);
  CHECK(built.chunk.fatal->line == 2);
  CHECK(built.records.at(0).size() == 2);
}

TEST_CASE("when bad lines are set aside, the good ones behind them are built") {
  BuildOptions options;
  options.continues_after_bad_lines = true;
  const Built built = build(options, "1\nnope\n\n{\"a\n4\n");
  CHECK_FALSE(built.chunk.fatal);
  REQUIRE(built.chunk.rejected.size() == 2);
  CHECK(built.chunk.rejected[0].line == 1);
  CHECK(built.chunk.rejected[1].line == 3);
  CHECK(built.chunk.rejected[1].source == "{\"a");
  CHECK(built.records.at(0).size() == 2);
  CHECK(built.chunk.line_count == 5);
}

TEST_CASE("a key comes before the delimiter, and an empty value can be a tombstone") {
  BuildOptions options;
  options.key_delimiter = "|";
  options.empty_is_tombstone = true;
  const Built built = build(options, "a|{\"v\":1}\nb|\n|2\n");
  const auto& records = built.records.at(0);
  REQUIRE(records.size() == 3);
  CHECK(records[0].key == "a");
  CHECK(records[0].value == "{\"v\":1}");
  CHECK(records[1].key == "b");
  CHECK(records[1].value == "(null)");
  CHECK(records[2].key.empty());
}

TEST_CASE("text takes every byte") {
  BuildOptions options;
  options.format = InputFormat::text;
  const std::string text("a\0b\n\n\xff\n", 7);
  const Built built = build(options, text);
  const auto& records = built.records.at(0);
  REQUIRE(records.size() == 3);
  CHECK(records[0].value == std::string("a\0b", 3));
  CHECK(records[1].value.empty());
  CHECK(records[2].value == "\xff");
}

TEST_CASE("what a second run must repeat depends on the event alone") {
  BuildOptions options;
  options.partition_count = 7;
  options.places_by_content = true;
  const Built once = build(options, "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
  const Built other = build(options, "{\"a\":9}\n{\"a\":3}\n{\"a\":2}\n{\"a\":1}\n");
  std::map<std::string, std::int32_t> places;
  for (const auto& [partition, records] : once.records) {
    for (const Stored& record : records) places[record.value] = partition;
  }
  for (const auto& [partition, records] : other.records) {
    for (const Stored& record : records) {
      if (places.contains(record.value)) CHECK(places[record.value] == partition);
    }
  }
}

TEST_CASE("a round begins with another partition in each chunk") {
  BuildOptions options;
  options.format = InputFormat::text;
  options.partition_count = 3;
  options.partitioner = Partitioner::round_robin;
  std::map<std::int32_t, std::int64_t> counts;
  for (std::int64_t number = 0; number < 6; number++) {
    const Built built = build(options, "one\n", number);
    REQUIRE(built.chunk.batches.size() == 1);
    counts[built.chunk.batches.front().partition]++;
  }
  CHECK(counts == std::map<std::int32_t, std::int64_t>{{0, 2}, {1, 2}, {2, 2}});
}

TEST_CASE("an envelope's partition can be kept, if the topic has it") {
  BuildOptions options;
  options.format = InputFormat::envelope;
  options.partition_count = 3;
  options.keeps_partition = true;
  const Built built = build(options,
                            "{\"partition\":2,\"value\":1}\n{\"partition\":0,\"value\":2}\n"
                            "{\"partition\":3,\"value\":3}\n");
  CHECK(built.records.at(2)[0].value == "1");
  CHECK(built.records.at(0)[0].value == "2");
  REQUIRE(built.chunk.fatal);
  CHECK(built.chunk.fatal->reason == "partition 3 is not one of the 3 of the topic");
}

}  // namespace estream::tool
