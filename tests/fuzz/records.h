#pragma once

#include <string>

#include "fuzz/fuzz.h"
#include "record/batch_builder.h"
#include "record/record.h"

namespace estream::fuzz {

// A record whose parts the input decides; views into it and into the input.
struct RecipeRecord {
  RecordView view;
  std::string headers;

  explicit RecipeRecord(Recipe& recipe) {
    view.offset = {recipe.number<std::uint16_t>()};
    view.timestamp = {recipe.number<std::int64_t>() >> recipe.choice(64)};
    view.key = recipe.field(32);
    const std::size_t count = recipe.choice(4);
    for (std::size_t i = 0; i < count; i++) {
      const RecordHeader header = {recipe.field(16).value_or(""), recipe.field(16)};
      encode_header(headers, header);
    }
    view.value = recipe.field(254);
    view.headers = {static_cast<std::int32_t>(count), headers};
  }
  RecipeRecord(const RecipeRecord&) = delete;
  RecipeRecord& operator=(const RecipeRecord&) = delete;
};

}  // namespace estream::fuzz
