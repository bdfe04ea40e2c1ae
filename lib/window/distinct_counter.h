#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/sip_hash.h"
#include "base/varint.h"
#include "window/hyper_log_log.h"
#include "window/row.h"

namespace estream::window {

// How many different values there are: exact up to 4096, beyond them an estimate.
class DistinctCounter {
 public:
  void add(const Argument& value);
  void add_all(const DistinctCounter& other);

  bool is_estimate() const { return sketch_ != nullptr; }
  void append(std::string& out) const;  // Their number.

  void save(std::string& out) const;
  // False for damage.
  bool load(VarintCursor& in);

 private:
  void add_hash(const Hash128& hash);
  void grow();
  // Where the hash is, or where it would be.
  Hash128& slot_of(const Hash128& hash);

  std::vector<Hash128> slots_;  // A power of two of them, or none; empty ones are zero.
  std::size_t used_ = 0;
  std::unique_ptr<HyperLogLog> sketch_;  // If it is there, slots_ is empty.
};

}  // namespace estream::window
