#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/varint.h"
#include "window/row.h"

namespace estream::window {

// The value of the first or of the last event.
class OuterValue {
 public:
  enum class Which { first, last };
  explicit OuterValue(Which which) : which_(which) {}

  void add(const Argument& value, const EventOrder& order) { put(value.json, order); }
  void add_all(const OuterValue& other);

  // null when there is none.
  void append(std::string& out) const;

  void save(std::string& out) const;
  // False for damage.
  bool load(VarintCursor& in);

 private:
  void put(std::string_view json, const EventOrder& order);

  Which which_;
  EventOrder order_;
  std::unique_ptr<std::string> json_;  // Null if there is no value.
};

}  // namespace estream::window
