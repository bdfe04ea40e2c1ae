#pragma once

#include <optional>

#include "base/result.h"
#include "base/types.h"
#include "read/batch_work.h"
#include "read/read_window.h"
#include "record/batch_header.h"

namespace estream::read {

// A source of the batches of one partition, in the order of their offsets. It is the interface
// between the code that reads and the thing that is read. BatchFeed is the one for a partition's
// directory. There is one call for each batch, never one for each record.
class Feed {
 public:
  virtual ~Feed() = default;

  // Gets the next batch that may hold wanted records, and sets the fields of BatchWork that the
  // reading thread sets. False when there is no such batch at present: at the end of the window, or
  // of the log. It may also return false after it passed over many batches, if has_more(), so that
  // the caller can check its clock.
  virtual Result<bool> next(BatchWork& work) = 0;
  virtual bool has_more() const = 0;

  virtual const ReadWindow& window() const = 0;
  // The offset after all batches that next() handed out or passed over, at most the window's end.
  virtual Offset position() const = 0;
  // The first offset that was passed over only because its time is after the window.
  virtual std::optional<Offset> first_beyond() const = 0;

  // `error` with "orders/0@17: " before it. If it is an error inside of the batch, the place of the
  // batch is added.
  virtual Error placed(const Error& error, Offset offset) const = 0;
  virtual Error placed_in_batch(const Error& error, const BatchHeader& header) const = 0;
  // To be called for a batch that was handed out and is damaged inside.
  virtual void count_corrupt_batch(const Error& placed_error) = 0;
};

}  // namespace estream::read
