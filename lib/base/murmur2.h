#pragma once

#include <cstdint>

#include "base/types.h"

namespace estream {

// MurmurHash2, 32 bits, with the seed that Kafka's Java client uses for keys. The result is signed,
// as in that client.
std::int32_t murmur2(Bytes key);

// The partition that Kafka's default partitioner chooses for a key that is not null (it may be
// empty): the hash without its sign bit, modulo the count. `partition_count` must be above 0.
std::int32_t partition_for_key(Bytes key, std::int32_t partition_count);

}  // namespace estream
