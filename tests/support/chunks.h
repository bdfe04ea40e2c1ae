#pragma once

#include <memory>
#include <string_view>

#include "json/event_parser.h"
#include "tool/records/chunk.h"
#include "tool/records/chunk_builder.h"

namespace estream::tool {

// A piece of input as the threads of estream-produce hand it on: these lines, built.
inline std::unique_ptr<Chunk> built_chunk(ChunkPool& pool, const BuildOptions& options,
                                          std::string_view lines) {
  std::unique_ptr<Chunk> chunk = pool.take();
  chunk->buffer.assign(lines.begin(), lines.end());
  chunk->buffer.resize(lines.size() + json::padding_bytes);
  chunk->size = lines.size();
  ChunkBuilder(options).build(*chunk);
  return chunk;
}

}  // namespace estream::tool
