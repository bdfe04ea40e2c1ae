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

// Turns batches into records, one batch after another in the same memory. Everything that can be
// wrong inside a batch is found here, once, so that nothing about its records can fail later.
class BatchDecoder {
 public:
  // The records of `batch` in the order of their offsets, control records included. Requires all
  // of the batch, header.size_bytes() of it, but does not look at its checksum. The answer consists
  // of views into the decoder and, where nothing is compressed, into `batch`: valid until the next
  // decode, and as long as `batch` is. Anything that breaks the format is Error::Code::corrupt;
  // "record N" in the message counts from 0 in this batch.
  Result<std::span<const RecordView>> decode(const BatchHeader& header, Bytes batch);

  // The same where it takes no more than `bytes_max` of memory: the records, and a RecordView for
  // each of them. Nothing where it would take more, and maybe where the batch is damaged: decode()
  // tells.
  std::optional<std::span<const RecordView>> decode_within(const BatchHeader& header, Bytes batch,
                                                           std::size_t bytes_max);

  // decode() in two steps. After the first a compressed batch may go: its memory is not needed
  // beside that of the records.
  Result<void> unpack(const BatchHeader& header, Bytes batch);
  Result<std::span<const RecordView>> take_records(const BatchHeader& header);

  // Gives the memory back, and ends the last answer. It stays as large as the largest batch needed
  // it otherwise: for whoever is not alone, and has met a large one.
  void release();

 private:
  Result<void> unpack(const BatchHeader& header, Bytes batch, std::size_t limit);
  void make_room(std::size_t count);

  Decompressor decompressor_;
  Bytes plain_;                      // The records, uncompressed.
  std::vector<RecordView> records_;  // Room for the most that a batch had so far.
};

// What a record of a control batch says.
enum class ControlType : std::uint8_t {
  abort,   // The transaction of the batch's producer ends, and its records do not count.
  commit,  // It ends, and they do.
  other,   // Something about the cluster: no reader of records needs it.
};

// The type of a control batch's record; nothing if its key is not that of a control record.
std::optional<ControlType> control_type(const RecordView& record);

}  // namespace estream
