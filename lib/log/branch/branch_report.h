#pragma once

#include <cstdint>

namespace estream::log {

// How much a branch shares with its source, and how much is its own.
struct BranchReport {
  std::int64_t partitions = 0;
  std::int64_t linked_segments = 0;  // The log is one file with the source's.
  std::int64_t copied_segments = 0;  // The log is a file of its own, maybe with shared blocks.
  std::uint64_t shared_bytes = 0;    // Of logs and indexes, by links and by shared blocks.
  std::uint64_t copied_bytes = 0;    // Of logs and indexes that were written.

  BranchReport& operator+=(const BranchReport& other) {
    partitions += other.partitions;
    linked_segments += other.linked_segments;
    copied_segments += other.copied_segments;
    shared_bytes += other.shared_bytes;
    copied_bytes += other.copied_bytes;
    return *this;
  }
};

}  // namespace estream::log
