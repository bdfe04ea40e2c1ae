#include "log/chain.h"

#include "log/batch_reader.h"
#include "log/old_batch.h"
#include "record/batch_records.h"

namespace estream::log {

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
      chain.broken_by = header.error();
      break;
    }
    if (!*header) {
      chain.broken_by = reader.corrupt_here("an incomplete batch");
      chain.is_incomplete = true;
      break;
    }
    const BatchHeader batch = **header;
    if (batch.base_offset != chain.end.offset) {
      chain.broken_by = reader.corrupt_here("a batch of another offset");
      break;
    }
    if (epochs.at(batch.base_offset) != batch.leader_epoch) {
      chain.broken_by = reader.corrupt_here("a batch of another epoch");
      break;
    }
    if (auto read = reader.read(bytes); !read) {
      if (read.error().code != Error::Code::corrupt) return std::move(read).error();
      chain.broken_by = read.error();
      break;
    }
    chain.end = {reader.position(), batch.last_offset() + 1};
  }
  return chain;
}

Result<bool> are_ours(const io::File& log, std::uint64_t from, std::uint64_t to) {
  BatchReader reader(log, from, to);
  BatchDecoder decoder;
  std::vector<std::byte> bytes;
  for (;;) {
    const auto header = TRY(reader.peek());
    if (!header) return true;
    TRY(reader.read(bytes));
    if (header->is_transactional || header->is_control) return false;
    if (smallest_timestamp(*header, BaseTimestamp::any)) continue;
    if (header->has_delete_horizon || header->record_count == 0) continue;
    const auto records = decoder.decode(*header, bytes);
    if (!records || records->empty()) return false;
    const auto first = std::ranges::min_element(*records, {}, &RecordView::timestamp);
    if (first->timestamp != header->base_timestamp) return false;
  }
}

Error not_joined(const io::File& log, const Chain& chain, Offset next) {
  if (chain.broken_by) return *chain.broken_by;
  return Error::in_file(
      Error::Code::corrupt, log.name(),
      "ends before offset " + std::to_string(next.value) + ", where the next segment begins");
}

Error too_short(const io::File& log, std::uint64_t size, std::uint64_t synced_bytes) {
  return Error::in_file(Error::Code::corrupt, log.name(),
                        "has " + std::to_string(size) + " bytes, but " +
                            std::to_string(synced_bytes) + " were synced; restore it from a copy");
}

Result<WholeBatches> find_whole_batches(const io::File& log, LogPosition start,
                                        std::uint64_t limit) {
  LogPosition end = start;
  BatchReader reader(log, start.bytes, limit);
  for (;;) {
    const auto header = reader.peek();
    if (!header) {
      if (header.error().code != Error::Code::corrupt) return header.error();
      const auto old = TRY(find_old_batch(log, end.bytes, limit));
      if (old && old->last_offset >= end.offset) {
        end = {end.bytes + old->size_bytes, old->last_offset + 1};
        reader = BatchReader(log, end.bytes, limit);
        continue;
      }
      const bool is_blank = TRY(io::first_non_zero(log, end.bytes, limit)) == limit;
      return is_blank ? WholeBatches{end, std::nullopt} : WholeBatches{end, header.error()};
    }
    if (!*header) return WholeBatches{end, std::nullopt};
    const BatchHeader batch = **header;
    if (batch.base_offset < end.offset) {
      return WholeBatches{
          end, reader.corrupt_here("offset " + std::to_string(batch.base_offset.value) +
                                   " stands after offset " + std::to_string(end.offset.value - 1))};
    }
    reader.skip();
    end = {reader.position(), batch.next_offset()};
  }
}

}  // namespace estream::log
