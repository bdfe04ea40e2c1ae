#pragma once

#include <cstddef>

#include "base/result.h"
#include "record/batch_builder.h"
#include "tool/records/chunk.h"
#include "tool/records/chunk_builder.h"

namespace estream::tool {

// A batch of the events of `batch` from the one with the index `from` on, for a log that has those
// before. The bytes are those of `builder`.
Result<MutableBytes> build_rest(BatchBuilder& builder, const BuildOptions& options,
                                const Chunk& chunk, const BuiltBatch& batch, std::size_t from);

}  // namespace estream::tool
