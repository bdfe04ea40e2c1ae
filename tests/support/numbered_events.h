#pragma once

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "support/partition.h"

// Events with numbers, for runs of estream-produce into the topic "log/t" with three partitions.

namespace estream::tool {

// Events [from, to), with keys that belong to all three partitions.
inline std::string events(int from, int to) {
  std::string lines;
  for (int n = from; n < to; n++) {
    lines += "{\"n\":" + std::to_string(n) + ",\"k\":" + std::to_string(n % 7) + "}\n";
  }
  return lines;
}

// The numbers of the stored events of all partitions.
inline std::multiset<int> stored(io::System& system) {
  std::multiset<int> numbers;
  for (const char* partition : {"log/t/0", "log/t/1", "log/t/2"}) {
    const auto directory = io::Directory::open(system, partition);
    if (!directory) continue;
    const auto found = log::read_all(*directory, log::Layout::estream, log::Extent::written);
    if (!found) FAIL(found.error().message);
    for (const log::StoredRecord& record : *found) {
      numbers.insert(std::stoi(record.value.substr(record.value.find(':') + 1)));
    }
  }
  return numbers;
}

inline std::multiset<int> numbers(int from, int to) {
  std::multiset<int> all;
  for (int n = from; n < to; n++) all.insert(n);
  return all;
}

}  // namespace estream::tool
