#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "record/batch_header.h"
#include "record/batch_records.h"
#include "record/record.h"

namespace estream::read {

// A record that passed all filters, ready to be printed.
struct OutputPiece {
  Timestamp time;
  const char* text = nullptr;  // Without the delimiter.
  std::uint32_t size_bytes = 0;
  std::uint32_t record = 0;  // Its index among BatchWork::records.

  std::string_view view() const { return {text, size_bytes}; }
};

// The piece that is the value of a record; an empty one for a tombstone.
inline OutputPiece piece_of(const RecordView& record, std::size_t index) {
  const std::string_view value = record.value.value_or(std::string_view());
  return {record.timestamp, value.data(), static_cast<std::uint32_t>(value.size()),
          static_cast<std::uint32_t>(index)};
}

// One batch on its way from the log to stdout, with all the memory that it needs. It is reused for
// the next batch. The pieces point into the decoder, into `bytes`, `values` or `text`.
struct BatchWork {
  // Set by the thread that reads.
  std::size_t source = 0;
  BatchHeader header;
  std::vector<std::byte> bytes;
  // Used instead of `bytes` by a source that decodes its batches: keeps the memory of `given`
  // alive.
  std::shared_ptr<const void> owner;
  std::span<const RecordView> given;

  // Set by the thread that decodes.
  BatchDecoder decoder;
  std::span<const RecordView> records;
  std::vector<OutputPiece> pieces;
  std::string text;
  // Only if there is an enrichment: `records` points to these copies, whose values are in `values`
  // as far as they are among the pieces. `plain` has the pieces that could not be enriched.
  std::vector<RecordView> enriched;
  std::string values;
  std::vector<std::uint32_t> plain;
  // The first record that was dropped only because its time is after the window.
  std::optional<Offset> first_beyond;
  // The first piece whose value contains the delimiter.
  std::optional<std::size_t> delimiter_piece;
  // The error that comes after the pieces: damage, or a record that must not be printed.
  std::optional<Error> failure;
  Offset failure_offset;
  // Too large to be decoded ahead of its turn. Its records come in portions, and `pieces` is one
  // portion.
  bool is_heavy = false;
  std::size_t next_record = 0;            // The first record of the next portion.
  std::size_t text_bytes_max = SIZE_MAX;  // The batch is heavy if its text would be longer.

  // The state of the work; guarded by the pool's mutex.
  enum class State { idle, waiting, working, done };
  State state = State::idle;

  // Releases the memory that decoding took.
  void release_decoded() {
    decoder.release();
    records = {};
    // The assignment of an empty value may keep the memory.
    std::vector<OutputPiece>().swap(pieces);
    std::string().swap(text);
    std::vector<RecordView>().swap(enriched);
    std::string().swap(values);
  }

  void release_stored() {
    std::vector<std::byte>().swap(bytes);
    release_given();
  }

  void release_given() {
    owner.reset();
    given = {};
  }

  Offset offset_of(const OutputPiece& piece) const { return records[piece.record].offset; }
};

}  // namespace estream::read
