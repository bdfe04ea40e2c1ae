#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "window/row.h"

namespace estream::window {

// One result of a window, a trailing line, an alarm, or a sequence.
struct WindowResult {
  enum class Kind {
    update,  // Not final yet.
    final,
    removed,  // An update said something about this session, which is a part of another one now.
    back,     // --absent: the key is back.
  };

  Kind kind = Kind::final;
  GroupKey key;
  Timestamp from;
  Timestamp to;  // Where the window ends: exclusive; of a session and a sequence: its last
                 // event.
  Timestamp
      timestamp;  // That of the result as a record: to - 1 ms; where `to` is an event's: `to`.
  std::string_view line;  // JSON.
};

// Takes what a task finds out. All views are valid only during the call. An error stops the task.
class Results {
 public:
  virtual ~Results() = default;

  virtual Result<void> put(const WindowResult& result) = 0;
  // --dedup lets the event pass.
  virtual Result<void> pass(std::uint32_t source, const RecordView& record) = 0;
  // The event is late, or too far in the future.
  virtual Result<void> late(std::uint32_t source, const RecordView& record) = 0;
};

}  // namespace estream::window
