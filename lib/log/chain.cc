#include "log/chain.h"

#include <algorithm>
#include <array>

#include "log/batch_reader.h"

namespace estream::log {

namespace {

// Whether a batch header's worth of zeros stands at `position`: space that was preallocated.
Result<bool> is_zero_from(const io::File& log, std::uint64_t position) {
  std::array<std::byte, batch_header_bytes> bytes = {};
  TRY(log.read_at(position, bytes));
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

}  // namespace

Result<Chain> follow_chain(const io::File& log, LogPosition start, std::uint64_t limit,
                           const LeaderEpochs& epochs) {
  Chain chain;
  chain.end = start;
  BatchReader reader(log, start.bytes, limit);
  std::vector<std::byte> bytes;
  while (chain.end.bytes < limit) {
    const auto header = reader.peek();
    if (!header) {
      if (header.error().code != Error::Code::corrupt) return header.error();
      chain.broken_by = header.error().message;
      break;
    }
    if (!*header) {
      chain.broken_by = reader.corrupt_here("an incomplete batch").message;
      chain.is_incomplete = true;
      break;
    }
    const BatchHeader batch = **header;
    if (batch.base_offset != chain.end.offset) {
      chain.broken_by = reader.corrupt_here("a batch of another offset").message;
      break;
    }
    if (epochs.at(batch.base_offset) != batch.leader_epoch) {
      chain.broken_by = reader.corrupt_here("a batch of another epoch").message;
      break;
    }
    if (auto read = reader.read(bytes); !read) {
      if (read.error().code != Error::Code::corrupt) return std::move(read).error();
      chain.broken_by = read.error().message;
      break;
    }
    chain.end = {reader.position(), batch.last_offset() + 1};
  }
  return chain;
}

Result<LogPosition> last_whole_batch(const io::File& log, LogPosition start, std::uint64_t limit) {
  LogPosition end = start;
  BatchReader reader(log, start.bytes, limit);
  for (;;) {
    const auto header = reader.peek();
    if (!header) {
      if (header.error().code != Error::Code::corrupt) return header.error();
      // Preallocated space reads as zeros; anything else the reader shall find and report.
      const bool is_blank = TRY(is_zero_from(log, end.bytes));
      return is_blank ? end : LogPosition{limit, {INT64_MAX}};
    }
    if (!*header) return end;
    end.offset = (*header)->last_offset() + 1;
    reader.skip();
    end.bytes = reader.position();
  }
}

}  // namespace estream::log
