#include "tool/read/decode_pool.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/read_topics.h"

using namespace estream;
using namespace estream::tool;

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
  for (const std::size_t threads : {0, 1, 3}) {
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
