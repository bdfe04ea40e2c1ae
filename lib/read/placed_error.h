#pragma once

#include "base/result.h"
#include "base/types.h"
#include "read/partition_source.h"
#include "record/batch_header.h"

namespace estream::read {

// `error` with "orders/0@17: " before it.
Error error_at(const PartitionPlace& place, Offset offset, const Error& error);

// The same for an error inside of this batch, which was read already: with its file and byte.
Error error_in_batch(const PartitionPlace& place, const BatchHeader& header, const Error& error);

}  // namespace estream::read
