#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "group/pending_batches.h"
#include "group/position_claim.h"
#include "group/position_state.h"
#include "group/settlement.h"
#include "io/directory.h"
#include "topic/topic.h"

namespace estream::group {

// The events of one input, of which all come into a topic, or none. Their batches are written into
// a position file beside the topic while the input is read:
//
//   ROOT/orders/.producers/
//     .atomic-<16 hexadecimal digits>         the file; it has no position, only pending batches
//     .atomic-<16 hexadecimal digits>.lock    locked by the process that reads the input
//
// One sync of the file decides: before it, nothing is stored, and after it, whoever opens the topic
// for writing stores everything.
class AtomicInput {
 public:
  // `sink` is the topic. The producer id must be a random one, or that of a named producer whose
  // next sequences the sink has.
  static Result<AtomicInput> begin(const topic::Topic& topic, Sink sink, std::int64_t producer_id,
                                   const std::string& owner);

  // Adds batches, all of sink 0.
  Result<void> add(std::string batches);
  // Decides, stores all that was added, and removes the files. Returns the base offset of each
  // batch. After an error, see is_decided().
  Result<std::vector<Offset>> store(const WriterOf& writer_of);
  // Whether the events will be in the topic. Then drop() must not be called.
  bool is_decided() const { return is_decided_; }
  // Gives up the input. After an error it is possible that the events come into the topic later.
  Result<void> drop();

 private:
  AtomicInput(io::Directory producers, std::string name, PositionClaim claim)
      : producers_(std::move(producers)), name_(std::move(name)), claim_(std::move(claim)) {}

  io::Directory producers_;
  std::string name_;
  PositionClaim claim_;
  NextSequences next_;
  bool is_decided_ = false;
};

// Stores what runs that died had decided, and removes what they had not decided. To be called by
// whoever opens the topic for writing, before anything else is written. Leaves alone what another
// process works on. Returns a sentence about each input that it has stored.
Result<std::vector<std::string>> settle_atomic_inputs(const topic::Topic& topic,
                                                      const WriterOf& writer_of);

// How many inputs are decided, and not stored yet, though nobody works on them. Takes no lock.
Result<std::size_t> count_atomic_inputs(const topic::Topic& topic);

}  // namespace estream::group
