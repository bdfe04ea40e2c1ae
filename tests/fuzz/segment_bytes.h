#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/codec.h"
#include "record/batch_header.h"

namespace estream::fuzz {

// The whole batches at the front of `segment`, by their length fields alone, and then the rest if
// there is one.
std::vector<std::string> cut_segment(std::string_view segment);

std::string join(const std::vector<std::string>& parts);

// Makes the fields that depend on the other bytes right: length, magic, checksum. Leaves what is
// shorter than a header as it is.
void repair_batch(std::string& batch);

// The same for all batches of a segment; and each gets the offset after the one before it and this
// epoch, the first one `base`.
void repair_batches(std::vector<std::string>& batches);
void tile_batches(std::vector<std::string>& batches, std::int64_t base, std::int32_t epoch);

// `text` in one of the forms in which Kafka's clients or zstd's own tools write it.
std::string compressed(Codec codec, std::string_view text, unsigned form);

}  // namespace estream::fuzz
