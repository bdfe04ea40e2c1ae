#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace estream::log {

enum class Depth {
  checksums,  // Every byte is read and every checksum compared.
  records,    // Batches are also unpacked, and their records are checked.
};

struct VerifyOptions {
  Depth depth = Depth::records;
  std::size_t threads = 1;
  // Called from time to time; true ends the work early.
  std::function<bool()> is_stopped = [] { return false; };
};

}  // namespace estream::log
