#include "tool/produce/producer_session.h"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/partition.h"

using namespace estream;
using namespace estream::tool;

namespace {

BuildOptions options_of_test() {
  BuildOptions options;
  options.format = InputFormat::text;
  options.codec = Codec::none;
  options.batch_bytes = 64;  // A batch for every few lines.
  options.keeps_events = true;
  return options;
}

// One run of a producer: its session, and a chunk of several batches.
struct Run {
  explicit Run(log::TestPartition& partition, std::string_view text)
      : options(options_of_test()), writer(partition.writer()) {
    chunk.buffer.assign(text.begin(), text.end());
    chunk.buffer.resize(text.size() + json::padding_bytes);
    chunk.size = text.size();
    ChunkBuilder(options).build(chunk);
    REQUIRE(chunk.batches.size() > 1);
    offsets.assign(chunk.events.size(), -1);
    auto opened = ProducerSession::open(*writer, "name", options);
    REQUIRE(opened);
    session.emplace(*std::move(opened));
    for (const BuiltBatch& batch : chunk.batches) {
      REQUIRE(session->compare(chunk, batch, offsets));
    }
  }

  // How many events it appended.
  Result<std::int64_t> append() {
    std::int64_t count = 0;
    for (const BuiltBatch& batch : chunk.batches) {
      count += TRY(session->append(chunk, batch, offsets)).appended_events;
    }
    return count;
  }

  BuildOptions options;
  std::unique_ptr<log::PartitionWriter> writer;
  Chunk chunk;
  std::vector<std::int64_t> offsets;
  std::optional<ProducerSession> session;
};

std::string lines(int count, const std::string& last) {
  std::string text;
  for (int i = 0; i + 1 < count; i++) text += "event " + std::to_string(i) + "\n";
  return text + last + "\n";
}

}  // namespace

TEST_CASE("a run learns the place of what another under its name appends meanwhile") {
  log::TestPartition partition;
  Run run(partition, lines(20, "last"));
  Run other(partition, lines(20, "last"));
  const auto appended = other.append();
  REQUIRE(appended);
  CHECK(*appended == 20);
  const auto appended_later = run.append();
  REQUIRE(appended_later);
  CHECK(*appended_later == 0);
  CHECK(run.offsets == other.offsets);
  CHECK(run.offsets.back() == 19);
}

TEST_CASE("a run compares what another under its name appends meanwhile") {
  log::TestPartition partition;
  Run run(partition, lines(20, "last"));
  Run other(partition, lines(20, "different"));
  REQUIRE(other.append());
  const auto appended = run.append();
  REQUIRE(!appended);
  CHECK(appended.error().message.find("p@19") != std::string::npos);
}

TEST_CASE("a session that was opened first sees what has come until the others were opened") {
  log::TestPartition partition;
  Run other(partition, lines(20, "last"));
  auto session = ProducerSession::open(*other.writer, "name", other.options);
  REQUIRE(session);
  REQUIRE(other.append());
  REQUIRE(session->refresh());
  std::vector<std::int64_t> offsets(other.chunk.events.size(), -1);
  for (const BuiltBatch& batch : other.chunk.batches) {
    const auto known = session->compare(other.chunk, batch, offsets);
    REQUIRE(known);
    CHECK(*known == batch.event_count);
  }
  CHECK(offsets == other.offsets);
  CHECK(!session->has_unseen());
}
