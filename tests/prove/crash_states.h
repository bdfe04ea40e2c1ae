#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "prove/crash_disk.h"

namespace estream::prove::crash {

// A part of a pending change that is on the device.
struct Piece {
  const Step* step = nullptr;
  std::uint64_t from = 0;
  std::uint64_t to = whole;
  Fill fill = Fill::data;
};

// One of the states in which a loss of power may leave a device.
struct CrashState {
  const char* what = "";  // With the two numbers, its name among the states of one moment.
  std::uint64_t number = 0;
  std::uint64_t variant = 0;
  std::vector<Piece> pieces;

  std::string name() const;
  Disk disk_from(const Disk& durable) const;
};

// How many of the states of a moment are wanted.
enum class Coverage {
  core,  // Nothing, everything, and every prefix of what is pending.
  full,  // All of reliability.md 4.1, points 1 to 10.
};

// The states that storage may be in when the power goes, in an order that depends on nothing but
// the arguments. Many of them are the same device.
std::vector<CrashState> crash_states_of(const Storage& storage, Persistence persistence,
                                        Coverage coverage, std::uint64_t seed);

// Lengths to which a write may be cut by the death of its process, ascending, without 0 and all.
// The kernel looks for signals between pages; in a log, to be strict, the cut may be anywhere.
enum class Cut { between_pages, anywhere };
std::vector<std::uint64_t> cuts_of_write(const Step& write, Cut cut);

}  // namespace estream::prove::crash
