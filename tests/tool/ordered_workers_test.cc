#include "tool/produce/ordered_workers.h"

#include <doctest/doctest.h>

#include <chrono>
#include <random>

namespace estream::tool {

TEST_CASE("items come out in the order in which they went in, however long each takes") {
  struct Item {
    int number = 0;
    int pause_us = 0;
    int answer = 0;
  };
  std::mt19937 random(7);
  OrderedWorkers<Item> workers([](std::size_t, Item& item) {
    std::this_thread::sleep_for(std::chrono::microseconds(item.pause_us));
    item.answer = item.number * 2;
  });
  REQUIRE(workers.start(3));
  std::thread pushing([&] {
    for (int i = 0; i < 500; i++) {
      const int pause = static_cast<int>(random() % 300);
      workers.push(std::make_unique<Item>(Item{i, pause, 0}));
    }
    workers.close();
  });
  for (int i = 0; i < 500; i++) {
    const auto item = workers.pop();
    REQUIRE(item != nullptr);
    CHECK(item->number == i);
    CHECK(item->answer == 2 * i);
  }
  CHECK(workers.pop() == nullptr);
  pushing.join();
}

TEST_CASE("without items, closing ends it") {
  OrderedWorkers<int> workers([](std::size_t, int&) {});
  REQUIRE(workers.start(2));
  workers.close();
  CHECK(workers.pop() == nullptr);
}

}  // namespace estream::tool
