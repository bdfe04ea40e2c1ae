#pragma once

#include <cstdint>

#include "base/types.h"

namespace estream {

// CRC-32C (Castagnoli, as in RFC 3720): the checksum of Kafka's batches and of the commit slots.
std::uint32_t crc32c(Bytes bytes);

// The checksum of `a` followed by `b`, from the checksum of `a` (0 when `a` is empty) and `b`.
std::uint32_t crc32c_extend(std::uint32_t crc, Bytes bytes);

// The two implementations of crc32c_extend, for the tests that compare them.
namespace crc32c_detail {

std::uint32_t extend_portable(std::uint32_t crc, Bytes bytes);

// Whether this processor has the instruction that extend_sse42 needs; false on anything but x86-64.
bool has_sse42();
std::uint32_t extend_sse42(std::uint32_t crc, Bytes bytes);

}  // namespace crc32c_detail

}  // namespace estream
