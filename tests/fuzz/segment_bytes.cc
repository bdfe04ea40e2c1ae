#include "fuzz/segment_bytes.h"

#include "base/endian.h"
#include "support/compressed.h"

namespace estream::fuzz {

namespace {

MutableBytes bytes_of(std::string& text) { return std::as_writable_bytes(std::span(text)); }

}  // namespace

std::vector<std::string> cut_segment(std::string_view segment) {
  std::vector<std::string> parts;
  while (segment.size() >= batch_header_bytes) {
    const auto length = load_be<std::int32_t>(as_bytes(segment), 8);
    if (length < static_cast<std::int32_t>(batch_header_bytes - batch_length_end)) break;
    const std::size_t size = batch_length_end + static_cast<std::size_t>(length);
    if (size > segment.size()) break;
    parts.emplace_back(segment.substr(0, size));
    segment.remove_prefix(size);
  }
  if (!segment.empty()) parts.emplace_back(segment);
  return parts;
}

std::string join(const std::vector<std::string>& parts) {
  std::string whole;
  for (const std::string& part : parts) whole += part;
  return whole;
}

void repair_batch(std::string& batch) {
  if (batch.size() < batch_header_bytes) return;
  const MutableBytes bytes = bytes_of(batch);
  store_be(bytes, 8, static_cast<std::int32_t>(batch.size() - batch_length_end));
  store_be(bytes, 16, std::int8_t{2});
  recompute_crc(bytes);
}

void repair_batches(std::vector<std::string>& batches) {
  for (std::string& batch : batches) repair_batch(batch);
}

void tile_batches(std::vector<std::string>& batches, std::int64_t base, std::int32_t epoch) {
  for (std::string& batch : batches) {
    if (batch.size() < batch_header_bytes) continue;
    patch_base_offset(bytes_of(batch), {base});
    patch_leader_epoch(bytes_of(batch), epoch);
    const auto delta = load_be<std::int32_t>(as_bytes(batch), 23);
    if (delta < 0 || base > INT64_MAX - 1 - delta) return;
    base += std::int64_t{delta} + 1;
  }
}

std::string compressed(Codec codec, std::string_view text, unsigned form) {
  switch (codec) {
    case Codec::none:
      return std::string(text);
    case Codec::gzip:
      return form % 4 == 0
                 ? gzip(text.substr(0, text.size() / 2)) + gzip(text.substr(text.size() / 2))
                 : gzip(text);
    case Codec::snappy:
      return form % 2 == 0 ? snappy_raw(text) : snappy_java(text, 1 + form % 997);
    case Codec::lz4:
      return lz4(text);
    case Codec::zstd:
      if (form % 4 == 0) return zstd_stream(text);
      if (form % 8 == 1) return zstd_skippable("skip") + zstd(text);
      if (form % 8 == 5)
        return zstd(text.substr(0, text.size() / 3)) + zstd(text.substr(text.size() / 3));
      return zstd(text);
  }
  return {};
}

}  // namespace estream::fuzz
