#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "topic/topic_id.h"

namespace estream::group {

// How far a group has come in one partition that it reads.
struct SourcePosition {
  std::string topic;
  topic::TopicId topic_id;
  std::int32_t partition = 0;
  Offset position;  // Of the next event.
  Offset claimed;   // The end of the batch that is being worked on; the position if there is none.
  // The oldest offset that a restart reads. Without a window section it is the position; with one
  // it is that after the claim, because the section is, too.
  Offset needed;
  std::int32_t epoch_before = -1;  // Of the record before the position; -1 is not known.

  friend bool operator==(const SourcePosition&, const SourcePosition&) = default;
};

// How far a named producer has come in an input that says itself where it is: values of the input,
// as texts of at most 65535 bytes.
struct InputPosition {
  std::string stored;   // Of the last event that is in the topic; empty when there is none.
  std::string claimed;  // Of the last event that is being stored; the same as `stored` if none is.

  friend bool operator==(const InputPosition&, const InputPosition&) = default;
};

// A partition of a topic that the group writes to.
struct SinkPartition {
  std::int64_t next = 0;  // The sequence of the next record that the group puts there.
  std::int64_t end = -1;  // The offset after the group's last batch; -1 for none.
  Offset looked;          // Below it there are no batches of the group but those before `end`.

  friend bool operator==(const SinkPartition&, const SinkPartition&) = default;
};

struct Sink {
  enum class Role : std::uint8_t { into, dead_letters, late };

  Role role = Role::into;
  std::string topic;
  topic::TopicId topic_id;
  std::vector<SinkPartition> partitions;

  friend bool operator==(const Sink&, const Sink&) = default;
};

// What the state of a position file says, without the pending batches.
struct PositionState {
  std::string group;   // Or the name of the producer.
  std::string member;  // Of the last owner.
  std::int64_t producer_id = 0;
  std::int32_t attempts = 0;  // Of the claim.
  std::vector<SourcePosition> sources;
  std::optional<InputPosition> input;  // Of a producer, which has no other source.
  std::vector<Sink> sinks;
  std::string window;  // The section of a window operator.

  friend bool operator==(const PositionState&, const PositionState&) = default;
};

// Where a partition is among the sources; nothing when it is none of them.
std::optional<std::size_t> find_source(const PositionState& state, std::string_view topic,
                                       std::int32_t partition);

// The bytes of the state, big-endian; a text is two bytes of length and its bytes:
//
//   2 version = 1, text group, text member, 8 producer id, 4 attempts
//   2 number of sources, each: 1 kind = 0, text topic, 16 topic id, 4 partition, 8 position,
//     8 claimed, 8 needed, 4 epoch before; or, of a producer, only one: 1 kind = 1, text stored,
//     text claimed
//   2 number of sinks, each: 1 role, text topic, 16 topic id, 4 number of partitions, each:
//     8 next, 8 end, 8 looked
//   4 length of the window section, and the section
std::string encode_state(const PositionState& state);
// Nothing when the bytes are not exactly a state.
std::optional<PositionState> decode_state(Bytes bytes);

}  // namespace estream::group
