#pragma once

#include <optional>

#include "base/result.h"
#include "base/types.h"
#include "read/batch_work.h"
#include "read/read_window.h"
#include "record/batch_header.h"

namespace estream::read {

// Where the batches of one partition come from, in the order of their offsets: the seam between
// reading and what is read. BatchFeed, over a partition's directory, is the first of them. One call
// a batch, never one a record.
class Feed {
 public:
  virtual ~Feed() = default;

  // The next batch that may hold wanted records: sets what BatchWork says that the thread that
  // reads sets. False when there is none at present: at the end of the window, or of what there is.
  // May also say false when it passed over much, if has_more(): so that the caller gets to look at
  // its clock.
  virtual Result<bool> next(BatchWork& work) = 0;
  virtual bool has_more() const = 0;

  virtual const ReadWindow& window() const = 0;
  // The offset after everything that next() handed out or passed over; at most the window's end.
  virtual Offset position() const = 0;
  // The first offset that was passed over only because its time is after the window.
  virtual std::optional<Offset> first_beyond() const = 0;

  // `error` with "orders/0@17: " before it, and where the batch is kept when the error comes from
  // inside of the batch.
  virtual Error placed(const Error& error, Offset offset) const = 0;
  virtual Error placed_in_batch(const Error& error, const BatchHeader& header) const = 0;
  // For a batch that was handed out and turned out to be damaged inside.
  virtual void count_corrupt_batch(const Error& placed_error) = 0;
};

}  // namespace estream::read
