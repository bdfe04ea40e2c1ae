#include "codec/zstd.h"

#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <new>

#include "base/assert.h"
#include "codec/decode_error.h"

namespace estream {

namespace {

// A context keeps the window of the largest frame, which a frame chooses, up to 128 MiB. Usual ones
// have at most 8 MiB.
constexpr std::size_t context_bytes_max = 16 << 20;

// Missing memory is no fault of the data.
void throw_if_memory(std::size_t answer) {
  if (ZSTD_getErrorCode(answer) == ZSTD_error_memory_allocation) throw std::bad_alloc();
}

Result<std::size_t> decoded(std::size_t answer) {
  throw_if_memory(answer);
  if (ZSTD_isError(answer) != 0) return undecodable("zstd", ZSTD_getErrorName(answer));
  return answer;
}

}  // namespace

void ZstdEncoder::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }
void ZstdDecoder::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

Result<std::size_t> ZstdEncoder::compress(int level, Bytes input, ByteBuffer& out, std::size_t at) {
  if (level < zstd_level_min || level > zstd_level_max) {
    return Error{Error::Code::usage, "zstd: level " + std::to_string(level) + " is not one of " +
                                         std::to_string(zstd_level_min) + " to " +
                                         std::to_string(zstd_level_max)};
  }
  if (!context_) context_.reset(ZSTD_createCCtx());
  if (context_ == nullptr) throw std::bad_alloc();
  // The library's defaults already are what zstd.h promises: content size yes, checksum no.
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);

  out.reserve(at + ZSTD_compressBound(input.size()), at);
  const std::size_t answer = ZSTD_compress2(context_.get(), out.data() + at, out.capacity() - at,
                                            input.data(), input.size());
  throw_if_memory(answer);
  // There is room for the worst case.
  ASSERT(ZSTD_isError(answer) == 0);
  return answer;
}

Result<std::size_t> ZstdDecoder::decompress(Bytes input, std::size_t limit, ByteBuffer& out) {
  if (!context_) context_.reset(ZSTD_createDCtx());
  if (context_ == nullptr) throw std::bad_alloc();

  const auto content_bytes = ZSTD_getFrameContentSize(input.data(), input.size());
  const bool has_size =
      content_bytes != ZSTD_CONTENTSIZE_UNKNOWN && content_bytes != ZSTD_CONTENTSIZE_ERROR;
  if (has_size && content_bytes > limit) return over_limit("zstd", limit);
  const bool is_one_frame =
      ZSTD_findFrameCompressedSize(input.data(), input.size()) == input.size();
  if (has_size && is_one_frame) return decompress_frame(input, content_bytes, out);
  auto answer = decompress_stream(input, limit, out);
  if (ZSTD_sizeof_DCtx(context_.get()) > context_bytes_max) context_.reset();
  return answer;
}

Result<std::size_t> ZstdDecoder::decompress_frame(Bytes input, std::size_t content_bytes,
                                                  ByteBuffer& out) {
  out.reserve(content_bytes, 0);
  return decoded(
      ZSTD_decompressDCtx(context_.get(), out.data(), content_bytes, input.data(), input.size()));
}

Result<std::size_t> ZstdDecoder::decompress_stream(Bytes input, std::size_t limit,
                                                   ByteBuffer& out) {
  ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
  ZSTD_inBuffer in = {input.data(), input.size(), 0};
  std::size_t done = 0;
  while (true) {
    // One byte over the limit: reaching it is how a result that is too long shows itself.
    out.grow(done + 1, limit + 1, done);
    ZSTD_outBuffer target = {out.data(), std::min(out.capacity(), limit + 1), done};
    const std::size_t answer = TRY(decoded(ZSTD_decompressStream(context_.get(), &target, &in)));
    done = target.pos;
    if (done > limit) return over_limit("zstd", limit);
    const bool is_drained = in.pos == in.size;
    if (answer == 0 && is_drained) return done;
    if (is_drained && done < target.size) return undecodable("zstd", "cut short");
  }
}

}  // namespace estream
