#include "window/block_arena.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>

#include "support/seed.h"

using namespace estream;
using namespace estream::window;

TEST_CASE("a block that is released is the next one of its size") {
  BlockArena arena;
  const auto first = arena.allocate(40);
  const auto second = arena.allocate(40);
  CHECK(first != second);
  arena.release(first, 40);
  CHECK(arena.allocate(100) != first);
  CHECK(arena.allocate(33) == first);  // In steps of 16 bytes.
  const auto large = arena.allocate(1'000'000);
  arena.release(large, 1'000'000);
  CHECK(arena.allocate(2'000'000) == large);
}

TEST_CASE("blocks do not overlap, do not move and are aligned") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  struct Block {
    std::byte* at;
    std::size_t bytes;
    std::byte fill;
  };
  for (int round = 0; round < 10; round++) {
    BlockArena arena;
    std::map<BlockArena::Place, Block> blocks;
    const auto check = [&](const auto& entry) {
      const auto& [place, block] = entry;
      REQUIRE(arena.at(place) == block.at);
      REQUIRE(reinterpret_cast<std::uintptr_t>(block.at) % 16 == 0);
      const auto is_whole = [fill = block.fill](std::byte byte) { return byte == fill; };
      REQUIRE(std::all_of(block.at, block.at + block.bytes, is_whole));
    };
    for (int i = 0; i < 3000; i++) {
      if (blocks.empty() || random() % 5 < 3) {
        const std::size_t bytes = random() % (random() % 200 == 0 ? 200'000 : 300);
        const auto place = arena.allocate(bytes);
        REQUIRE_FALSE(blocks.contains(place));
        blocks[place] = {arena.at(place), bytes, static_cast<std::byte>(random())};
        std::fill_n(arena.at(place), bytes, blocks[place].fill);
      } else {
        const auto one =
            std::next(blocks.begin(), static_cast<std::ptrdiff_t>(random() % blocks.size()));
        check(*one);
        arena.release(one->first, one->second.bytes);
        blocks.erase(one);
      }
    }
    for (const auto& entry : blocks) check(entry);
  }
}
