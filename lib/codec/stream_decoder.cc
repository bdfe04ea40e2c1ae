#include "codec/stream_decoder.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <span>

#include "base/assert.h"
#include "codec/decode_error.h"

namespace estream {

namespace {

constexpr std::array<std::byte, 2> gzip_magic = {std::byte{0x1F}, std::byte{0x8B}};
constexpr std::array<std::byte, 4> zstd_magic = {std::byte{0x28}, std::byte{0xB5}, std::byte{0x2F},
                                                 std::byte{0xFD}};
constexpr int gzip_window_bits = 15 + 16;  // The largest window, and no zlib or raw format.

// Whether one of the two is the beginning of the other.
bool agree(Bytes front, Bytes beginning) {
  const std::size_t size = std::min(front.size(), beginning.size());
  return std::ranges::equal(front.first(size), beginning.first(size));
}

uInt size_for_zlib(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

}  // namespace

std::optional<StreamDecoder::Format> StreamDecoder::format_of(Bytes front) {
  if (front.size() >= gzip_magic.size() && agree(front, gzip_magic)) return Format::gzip;
  if (front.size() >= zstd_magic.size() && agree(front, zstd_magic)) return Format::zstd;
  return {};
}

bool StreamDecoder::may_have_format(Bytes front) {
  return agree(front, gzip_magic) || agree(front, zstd_magic);
}

void StreamDecoder::EndGzip::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

void StreamDecoder::FreeZstd::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

StreamDecoder::StreamDecoder(Format format) : format_(format) {
  if (format == Format::zstd) {
    zstd_.reset(ZSTD_createDCtx());
    if (!zstd_) throw std::bad_alloc();
    return;
  }
  gzip_.reset(new z_stream());
  const int opened = inflateInit2(gzip_.get(), gzip_window_bits);
  if (opened == Z_MEM_ERROR) throw std::bad_alloc();
  ASSERT(opened == Z_OK);
}

Result<std::size_t> StreamDecoder::decode(Bytes& input, MutableBytes out) {
  std::size_t made = 0;
  while (made < out.size() && (!input.empty() || has_more_)) {
    const MutableBytes room = out.subspan(made);
    const Step step =
        TRY(format_ == Format::gzip ? step_gzip(input, room) : step_zstd(input, room));
    input = input.subspan(step.taken);
    made += step.made;
    has_more_ = step.made == room.size();
    ASSERT(step.taken > 0 || step.made > 0 || input.empty());
  }
  return made;
}

Result<StreamDecoder::Step> StreamDecoder::skip_padding(Bytes input) {
  is_padded_ = true;
  if (std::ranges::all_of(input, [](std::byte byte) { return byte == std::byte{0}; })) {
    return Step{.taken = input.size()};
  }
  return undecodable("gzip", "other bytes follow its end");
}

Result<StreamDecoder::Step> StreamDecoder::step_gzip(Bytes input, MutableBytes out) {
  if (!is_inside_) {
    if (input.empty()) return Step{};
    if (is_padded_ || input.front() == std::byte{0}) return skip_padding(input);
    if (!agree(input, gzip_magic)) return undecodable("gzip", "other bytes follow its end");
    inflateReset(gzip_.get());
    is_inside_ = true;
  }
  // zlib does not write to its input; its type says so only when ZLIB_CONST is defined.
  gzip_->next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(input.data()));
  const uInt given = gzip_->avail_in = size_for_zlib(input.size());
  gzip_->next_out = reinterpret_cast<Bytef*>(out.data());
  const uInt room = gzip_->avail_out = size_for_zlib(out.size());
  const int answer = inflate(gzip_.get(), Z_NO_FLUSH);
  if (answer == Z_MEM_ERROR) throw std::bad_alloc();
  if (answer == Z_STREAM_END) {
    is_inside_ = false;
  } else if (answer != Z_OK && answer != Z_BUF_ERROR) {
    return undecodable("gzip", gzip_->msg != nullptr ? gzip_->msg : "damaged");
  }
  return Step{.taken = given - gzip_->avail_in, .made = room - gzip_->avail_out};
}

Result<StreamDecoder::Step> StreamDecoder::step_zstd(Bytes input, MutableBytes out) {
  ZSTD_inBuffer in = {input.data(), input.size(), 0};
  ZSTD_outBuffer target = {out.data(), out.size(), 0};
  const std::size_t answer = ZSTD_decompressStream(zstd_.get(), &target, &in);
  if (ZSTD_isError(answer) != 0) return undecodable("zstd", ZSTD_getErrorName(answer));
  if (in.pos > 0 || target.pos > 0) is_inside_ = answer != 0;
  return Step{.taken = in.pos, .made = target.pos};
}

}  // namespace estream
