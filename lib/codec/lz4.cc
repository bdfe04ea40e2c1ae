#include "codec/lz4.h"

#include <lz4frame.h>

#include <algorithm>
#include <new>
#include <string_view>

#include "codec/decode_error.h"

namespace estream {

namespace {

// The codes themselves are not public.
bool is_missing_memory(std::size_t answer) {
  return std::string_view(LZ4F_getErrorName(answer)) == "ERROR_allocation_failed";
}

}  // namespace

void Lz4Decoder::Free::operator()(LZ4F_dctx_s* context) const {
  LZ4F_freeDecompressionContext(context);
}

Result<std::size_t> Lz4Decoder::decompress(Bytes input, std::size_t limit, ByteBuffer& out) {
  if (!context_) {
    LZ4F_dctx* context = nullptr;
    const std::size_t opened = LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
    if (LZ4F_isError(opened) != 0) throw std::bad_alloc();  // Nothing else can fail here.
    context_.reset(context);
  }
  LZ4F_resetDecompressionContext(context_.get());

  std::size_t done = 0;
  std::size_t taken = 0;
  while (true) {
    // One byte over the limit: reaching it is how a result that is too long shows itself.
    out.grow(done + 1, limit + 1, done);
    std::size_t written = std::min(out.capacity(), limit + 1) - done;
    std::size_t read = input.size() - taken;
    const std::size_t answer = LZ4F_decompress(context_.get(), out.data() + done, &written,
                                               input.data() + taken, &read, nullptr);
    if (LZ4F_isError(answer) != 0 && is_missing_memory(answer)) throw std::bad_alloc();
    if (LZ4F_isError(answer) != 0) return undecodable("lz4", LZ4F_getErrorName(answer));
    done += written;
    taken += read;
    if (done > limit) return over_limit("lz4", limit);
    if (answer == 0) return done;
    if (written == 0 && read == 0) return undecodable("lz4", "cut short");
  }
}

}  // namespace estream
