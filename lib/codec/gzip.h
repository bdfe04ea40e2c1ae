#pragma once

#include <cstddef>
#include <memory>

#include "base/result.h"
#include "base/types.h"
#include "codec/byte_buffer.h"

struct z_stream_s;

namespace estream {

// Reads gzip (RFC 1952), as Kafka's Java producer writes it: one member, or several, whose contents
// are joined. Bytes after the last member that do not begin another one are ignored, because Java
// ignores them, too.
class GzipDecoder {
 public:
  // Fills the beginning of `out` and returns the number of bytes. See Decompressor for limit and
  // errors.
  Result<std::size_t> decompress(Bytes input, std::size_t limit, ByteBuffer& out);

 private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };
  std::unique_ptr<z_stream_s, End> stream_;
};

}  // namespace estream
