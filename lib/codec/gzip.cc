#include "codec/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "base/assert.h"
#include "codec/decode_error.h"

namespace estream {

namespace {

constexpr int gzip_only_window_bits = 15 + 16;  // The largest window, and no zlib or raw format.

bool begins_member(const z_stream& stream) {
  return stream.avail_in >= 2 && stream.next_in[0] == 0x1F && stream.next_in[1] == 0x8B;
}

// Points the stream at the free part of `out`, which has room for one byte over the limit: reaching
// that byte is how a result that is too long shows itself.
void offer_room(z_stream& stream, std::size_t done, std::size_t limit, ByteBuffer& out) {
  out.grow(done + 1, limit + 1, done);
  const std::size_t room = std::min(out.capacity(), limit + 1) - done;
  stream.next_out = reinterpret_cast<Bytef*>(out.data() + done);
  stream.avail_out =
      static_cast<uInt>(std::min<std::size_t>(room, std::numeric_limits<uInt>::max()));
}

}  // namespace

void GzipDecoder::End::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

Result<std::size_t> GzipDecoder::decompress(Bytes input, std::size_t limit, ByteBuffer& out) {
  if (input.size() > std::numeric_limits<uInt>::max()) return undecodable("gzip", "too long");
  if (!stream_) {
    stream_.reset(new z_stream());
    const int opened = inflateInit2(stream_.get(), gzip_only_window_bits);
    if (opened == Z_MEM_ERROR) throw std::bad_alloc();
    ASSERT(opened == Z_OK);
  }
  inflateReset(stream_.get());
  // zlib does not write to its input; its type says so only when ZLIB_CONST is defined.
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(input.data()));
  stream_->avail_in = static_cast<uInt>(input.size());

  std::size_t done = 0;
  while (true) {
    offer_room(*stream_, done, limit, out);
    const uInt room = stream_->avail_out;
    const int answer = inflate(stream_.get(), Z_NO_FLUSH);
    if (answer == Z_MEM_ERROR) throw std::bad_alloc();
    done += room - stream_->avail_out;
    if (done > limit) return over_limit("gzip", limit);
    if (answer == Z_STREAM_END) {
      if (!begins_member(*stream_)) return done;
      inflateReset(stream_.get());
    } else if (answer != Z_OK && answer != Z_BUF_ERROR) {
      return undecodable("gzip", stream_->msg != nullptr ? stream_->msg : "damaged");
    } else if (stream_->avail_in == 0 && stream_->avail_out > 0) {
      return undecodable("gzip", "cut short");
    }
  }
}

}  // namespace estream
