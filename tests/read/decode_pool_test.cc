#include "read/decode_pool.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/read_topics.h"

using namespace estream;
using namespace estream::tool;
using namespace estream::read;

namespace {

constexpr std::size_t record_count = 2000;

std::unique_ptr<BatchWork> work_of(std::size_t number) {
  std::vector<TestRecord> records;
  for (std::size_t i = 0; i < record_count; i++) {
    records.push_back({1, std::to_string(number * record_count + i)});
  }
  auto work = std::make_unique<BatchWork>();
  work->bytes = test_batch(records);
  work->header = *parse_batch_header(work->bytes);
  return work;
}

}  // namespace

TEST_CASE("a finished batch is whole, whoever decoded it") {
  StagePlan plan;
  plan.sources.push_back({"t", 0, {.begin = {0}}});
  for (const std::size_t threads : {0U, 1U, 3U}) {
    CAPTURE(threads);
    std::vector<std::unique_ptr<BatchWork>> works;
    DecodePool pool(plan, threads);
    for (std::size_t i = 0; i < 150; i++) {
      works.push_back(work_of(i));
      pool.submit(*works.back());
    }
    for (std::size_t i = 0; i < works.size(); i++) {
      pool.finish(*works[i]);
      REQUIRE(works[i]->pieces.size() == record_count);
      CHECK(works[i]->pieces.back().view() == std::to_string((i + 1) * record_count - 1));
    }
  }
}

TEST_CASE("a pool may go while batches wait in it") {
  StagePlan plan;
  plan.sources.push_back({"t", 0, {.begin = {0}}});
  std::vector<std::unique_ptr<BatchWork>> works;
  DecodePool pool(plan, 2);
  for (std::size_t i = 0; i < 150; i++) {
    works.push_back(work_of(i));
    pool.submit(*works.back());
  }
}

TEST_CASE("a batch that is taken back has no memory of its decoding, and is decoded again") {
  StagePlan plan;
  plan.sources.push_back({"t", 0, {.begin = {0}}});
  for (const std::size_t threads : {0U, 2U}) {
    CAPTURE(threads);
    std::vector<std::unique_ptr<BatchWork>> works;
    DecodePool pool(plan, threads);
    for (std::size_t i = 0; i < 50; i++) {
      works.push_back(work_of(i));
      pool.submit(*works.back());
    }
    for (const auto& work : works) pool.recall(*work);
    for (const auto& work : works) CHECK(work->pieces.capacity() == 0);
    for (std::size_t i = 0; i < works.size(); i += 2) pool.submit(*works[i]);
    for (const auto& work : works) {
      pool.finish(*work);
      CHECK(work->pieces.size() == record_count);
    }
  }
}

TEST_CASE("a batch of too many records waits for its turn without any memory") {
  std::vector<TestRecord> records(light_decoded_bytes_max / sizeof(RecordView) + 1, {1, "v"});
  BatchWork work;
  work.bytes = test_batch(records);
  work.header = *parse_batch_header(work.bytes);
  StagePlan plan;
  plan.sources.push_back({"t", 0, {.begin = {0}}});
  BatchStage stage(plan);
  stage.run(work);
  CHECK(work.is_heavy);
  CHECK(work.pieces.capacity() == 0);

  stage.open_heavy(work);
  CHECK(work.bytes.capacity() == 0);
  std::size_t count = 0;
  while (stage.next_portion(work)) {
    CHECK(work.pieces.size() < records.size() / 4);
    count += work.pieces.size();
  }
  CHECK(count == records.size());
}

TEST_CASE("a batch whose text is too long waits for its turn") {
  BatchWork work;
  work.bytes = test_batch({{1, std::string(light_text_bytes_max / 5, '\1')}, {2, "v"}});
  work.header = *parse_batch_header(work.bytes);
  StagePlan plan;
  plan.sources.push_back({"t", 0, {.begin = {0}}});
  plan.shape.kind = RecordShape::Kind::envelope;
  BatchStage stage(plan);
  stage.run(work);
  CHECK(work.is_heavy);
  CHECK(work.text.capacity() < 100);
  stage.open_heavy(work);
  REQUIRE(stage.next_portion(work));
  CHECK(work.pieces.size() == 1);
  REQUIRE(stage.next_portion(work));
  CHECK(work.pieces.front().view().ends_with("\"value_text\":\"v\"}"));
  CHECK_FALSE(stage.next_portion(work));
}
