#include "io/ordered_pipeline.h"

#include <doctest/doctest.h>

#include <chrono>
#include <random>
#include <vector>

#include "io/item_pool.h"

using namespace estream::io;

namespace {

struct Item {
  int number = 0;
  int pause_us = 0;
  int answer = 0;

  void reset() { *this = Item(); }
};

}  // namespace

TEST_CASE("items are taken in the order in which they went in, however long each takes") {
  std::mt19937 random(7);
  std::vector<Item> taken;
  {
    OrderedPipeline<Item> pipeline;
    REQUIRE(pipeline.start(
        3,
        [](std::size_t, Item& item) {
          std::this_thread::sleep_for(std::chrono::microseconds(item.pause_us));
          item.answer = item.number * 2;
        },
        [&](std::unique_ptr<Item> item) { taken.push_back(*item); }));
    for (int i = 0; i < 500; i++) {
      const int pause = static_cast<int>(random() % 300);
      pipeline.push(std::make_unique<Item>(Item{i, pause, 0}));
      if (i != 250) continue;
      pipeline.drain();
      CHECK(taken.size() == 251);
    }
    pipeline.finish();
  }
  REQUIRE(taken.size() == 500);
  for (int i = 0; i < 500; i++) {
    CHECK(taken[static_cast<std::size_t>(i)].number == i);
    CHECK(taken[static_cast<std::size_t>(i)].answer == 2 * i);
  }
}

TEST_CASE("without items, a pipeline ends, started or not") {
  OrderedPipeline<Item> pipeline;
  pipeline.finish();
  REQUIRE(pipeline.start(
      2, [](std::size_t, Item&) {}, [](std::unique_ptr<Item>) {}));
  pipeline.drain();
  pipeline.finish();
}

TEST_CASE("a pool hands out what came back, emptied, and no more than it has") {
  ItemPool<Item> pool(2);
  std::unique_ptr<Item> first = pool.take();
  const std::unique_ptr<Item> second = pool.take();
  CHECK(pool.is_empty());
  first->number = 5;
  std::thread returning([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    pool.give_back(std::move(first));
  });
  CHECK(pool.take()->number == 0);
  returning.join();
}
