#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/varint.h"
#include "window/row.h"

namespace estream::window {

// The first N values in an order: for list(N,E) that of the events, for top(N,E) that of the
// numbers, the largest first, and among equal ones that of the events.
class RankedValues {
 public:
  enum class By { event, number };
  RankedValues(By by, unsigned size) : by_(by), size_(size) {}

  // Of a number, the value must have its JSON text.
  void add(const Argument& value, const EventOrder& order);
  void add_all(const RankedValues& other);

  // As an array, each value as it was written.
  void append(std::string& out) const;

  void save(std::string& out) const;
  // False for damage.
  bool load(VarintCursor& in);

 private:
  struct Entry {
    Quantity number;
    EventOrder order;
    std::string json;
  };

  bool is_before(const Quantity& a_number, const EventOrder& a_order, const Entry& b) const;
  void put(const Quantity& number, const EventOrder& order, std::string_view json);

  By by_;
  unsigned size_;
  std::vector<Entry> entries_;
};

}  // namespace estream::window
