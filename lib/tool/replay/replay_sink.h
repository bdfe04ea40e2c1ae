#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "read/batch_work.h"

namespace estream::tool {

// Where replayed records go, in their final order.
class ReplaySink {
 public:
  virtual ~ReplaySink() = default;

  // Takes the pieces from `next` on, moves it past what was taken, and says whether it wants more.
  // Errors stay inside until flush() is asked.
  virtual bool put(const read::BatchWork& work, const read::OutputPiece*& next,
                   const read::OutputPiece* end) = 0;

  // Before a wait of so long: what was taken is shown to whoever reads it, if the wait is worth it.
  virtual Result<void> flush(std::int64_t wait_ns) = 0;

  // At the end, also after an error. Answers the first error of all that were met.
  virtual Result<void> finish() = 0;

  // After finish(), when the replay ended early: what has been done, for a person who would run it
  // again; nothing where that says nothing.
  virtual std::optional<std::string> reach() const { return std::nullopt; }

  virtual bool is_over() const = 0;
  virtual std::int64_t taken() const = 0;
  // Records that were where they go before this run.
  virtual std::int64_t found() const { return 0; }
};

}  // namespace estream::tool
