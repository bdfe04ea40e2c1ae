#pragma once

#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <string>
#include <string_view>

// Compressed bytes made with the libraries themselves, in the forms that Kafka's clients write and
// that our own encoder never does.

namespace estream {

// One gzip member.
inline std::string gzip(std::string_view text) {
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline std::string snappy_raw(std::string_view text) {
  std::string out;
  snappy::Compress(text.data(), text.size(), &out);
  return out;
}

inline std::string big_endian(std::size_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
  return out;
}

// snappy-java's framing around blocks of at most `block_bytes`.
inline std::string snappy_java(std::string_view text, std::size_t block_bytes = 32 * 1024) {
  std::string out = std::string("\x82SNAPPY\0", 8) + big_endian(1) + big_endian(1);
  for (; !text.empty(); text.remove_prefix(std::min(block_bytes, text.size()))) {
    const std::string block = snappy_raw(text.substr(0, block_bytes));
    out += big_endian(block.size()) + block;
  }
  return out;
}

// The form of frame that Kafka writes: independent blocks of 64 KiB, no checksums, no size.
inline LZ4F_frameInfo_t lz4_of_kafka() {
  LZ4F_frameInfo_t info = {};
  info.blockSizeID = LZ4F_max64KB;
  info.blockMode = LZ4F_blockIndependent;
  return info;
}

// One LZ4 frame.
inline std::string lz4(std::string_view text, const LZ4F_frameInfo_t& info = lz4_of_kafka()) {
  LZ4F_preferences_t preferences = {};
  preferences.frameInfo = info;
  std::string out(LZ4F_compressFrameBound(text.size(), &preferences), '\0');
  out.resize(LZ4F_compressFrame(out.data(), out.size(), text.data(), text.size(), &preferences));
  return out;
}

// One zstd frame with its content size.
inline std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

// One zstd frame as a stream writes it, Kafka's way: no content size.
inline std::string zstd_stream(std::string_view text, int window_log = 0) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  std::string out(ZSTD_compressBound(text.size()) + 64, '\0');
  ZSTD_outBuffer target = {out.data(), out.size(), 0};
  ZSTD_inBuffer source = {text.data(), text.size(), 0};
  ZSTD_compressStream2(context, &target, &source, ZSTD_e_continue);
  ZSTD_compressStream2(context, &target, &source, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  out.resize(target.pos);
  return out;
}

// A zstd frame whose content readers skip.
inline std::string zstd_skippable(std::string_view text) {
  std::string out = std::string("\x50\x2a\x4d\x18", 4);
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(text.size() >> shift);
  return out.append(text);
}

}  // namespace estream
