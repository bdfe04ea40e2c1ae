#include "window/block_arena.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"

namespace estream::window {

namespace {

constexpr std::size_t first_chunk_units = 64;

}  // namespace

BlockArena::Place BlockArena::add_chunk(std::size_t units) {
  if (!free_chunks_.empty()) {
    const Place place = free_chunks_.back();
    free_chunks_.pop_back();
    chunks_[place >> unit_bits].reset(new std::byte[units * unit]);
    return place;
  }
  ASSERT(chunks_.size() < none >> unit_bits);
  chunks_.emplace_back(new std::byte[units * unit]);
  return static_cast<Place>(chunks_.size() - 1) << unit_bits;
}

BlockArena::Place BlockArena::allocate(std::size_t bytes) {
  const std::size_t units = units_of(bytes);
  if (units > large_units) return add_chunk(units);
  if (units < released_.size() && released_[units] != none) {
    const Place place = released_[units];
    std::memcpy(&released_[units], at(place), sizeof(Place));
    return place;
  }
  if (next_unit_ + units > chunk_units_) {
    chunk_units_ = std::min(std::max(chunk_units_ * 2, first_chunk_units), chunk_units_max);
    chunk_units_ = std::max(chunk_units_, units);
    open_chunk_ = add_chunk(chunk_units_);
    next_unit_ = 0;
  }
  const Place place = open_chunk_ + static_cast<Place>(next_unit_);
  next_unit_ += units;
  return place;
}

void BlockArena::release(Place place, std::size_t bytes) {
  const std::size_t units = units_of(bytes);
  if (units > large_units) {
    chunks_[place >> unit_bits].reset();
    free_chunks_.push_back(place);
    return;
  }
  if (units >= released_.size()) released_.resize(units + 1, none);
  std::memcpy(at(place), &released_[units], sizeof(Place));
  released_[units] = place;
}

}  // namespace estream::window
