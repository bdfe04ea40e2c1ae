#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "codec/codec.h"
#include "record/batch_header.h"
#include "record/record.h"

namespace estream {

// Turns batches into records, one batch after another in the same memory. It finds all errors
// inside a batch, so that later uses of its records cannot fail.
class BatchDecoder {
 public:
  // The records of `batch` in the order of their offsets, with control records. `batch` is the
  // whole batch of header.size_bytes() bytes. The checksum is not verified. The result points into
  // the decoder and, if nothing is compressed, into `batch`: it is valid until the next decode, and
  // as long as `batch` is. Error::Code::corrupt if the format is broken; "record N" in the message
  // counts from 0 in this batch.
  Result<std::span<const RecordView>> decode(const BatchHeader& header, Bytes batch);

  // The same if it takes no more than `bytes_max` of memory: the records, and a RecordView for each
  // of them. Nothing if it would take more, and maybe if the batch is damaged; decode() then
  // returns the error.
  std::optional<std::span<const RecordView>> decode_within(const BatchHeader& header, Bytes batch,
                                                           std::size_t bytes_max);

  // These two are decode() in two steps. After the first, a compressed batch may be released, so
  // that it is not in memory together with its records.
  Result<void> unpack(const BatchHeader& header, Bytes batch);
  Result<std::span<const RecordView>> take_records(const BatchHeader& header);

  // Releases the memory, and makes the last result invalid. Without this, the memory stays as large
  // as the largest batch needed. Call it after a large batch when there are several decoders.
  void release();

 private:
  Result<void> unpack(const BatchHeader& header, Bytes batch, std::size_t limit);
  void make_room(std::size_t count);

  Decompressor decompressor_;
  Bytes plain_;                      // The records, uncompressed.
  std::vector<RecordView> records_;  // As large as the largest batch so far.
};

// The meaning of a record of a control batch.
enum class ControlType : std::uint8_t {
  abort,   // The transaction of the batch's producer ends, and its records do not count.
  commit,  // The transaction ends, and its records count.
  other,   // Something about the cluster, which no reader of records needs.
};

// The type of a control batch's record; nothing if its key is not that of a control record.
std::optional<ControlType> control_type(const RecordView& record);

}  // namespace estream
