#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/types.h"
#include "text/rate.h"

namespace estream::tool {

struct PaceOptions {
  enum class Kind {
    original,   // As far apart as the events were, divided by `speed`.
    rate,       // At a constant rate.
    steps,      // When somebody presses Enter.
    unlimited,  // As fast as it goes.
  };

  Kind kind = Kind::original;
  double speed = 1;
  std::optional<std::int64_t> max_gap_ns;  // No wait is longer.
  text::Rate rate = {text::Rate::Kind::records, 1, std::chrono::seconds(1)};
};

// Tells when each record is due, as the time since the first one; knows no clock. An event that is
// older than one before it is due together with that one. The schedule does not move when somebody
// is late, so that a short delay is caught up with.
class Pacer {
 public:
  explicit Pacer(const PaceOptions& options) : options_(options) {}

  // Of the next record; never less than the one before had. Nanoseconds.
  std::int64_t due_ns(Timestamp time, std::size_t value_bytes);

 private:
  std::int64_t gap_ns(Timestamp time) const;
  std::int64_t share_ns() const;

  PaceOptions options_;
  std::optional<Timestamp> newest_;
  std::int64_t amount_ = 0;  // Records or bytes that went before.
  std::int64_t due_ns_ = 0;
};

}  // namespace estream::tool
