#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace estream::log {

enum class Depth {
  checksums,  // Every byte is read and every checksum compared.
  records,    // Batches are unpacked as well, and their records looked at.
};

struct VerifyOptions {
  Depth depth = Depth::records;
  std::size_t threads = 1;
  // Bytes of log that are done; for whoever shows the progress.
  std::atomic<std::uint64_t>* verified_bytes = nullptr;
  // Asked now and then; true ends the work early.
  std::function<bool()> is_stopped = [] { return false; };
};

}  // namespace estream::log
