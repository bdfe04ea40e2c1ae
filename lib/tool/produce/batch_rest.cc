#include "tool/produce/batch_rest.h"

namespace estream::tool {

Result<MutableBytes> build_rest(BatchBuilder& builder, const BuildOptions& options,
                                const Chunk& chunk, const BuiltBatch& batch, std::size_t from) {
  builder.begin();
  for (std::size_t i = from; i < batch.event_count; i++) {
    const Event& event = chunk.events[chunk.order[batch.first_event + i]];
    builder.append(event.timestamp, event.key, event.value, event.headers);
  }
  return builder.finish(options.codec, options.level);
}

}  // namespace estream::tool
