#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "base/result.h"
#include "base/types.h"

struct z_stream_s;
struct ZSTD_DCtx_s;

namespace estream {

// Unpacks what gzip (RFC 1952) or zstd (RFC 8878) has written, piece by piece. The contents of
// members or frames that follow one another are joined, as gunzip and zstd do it. Zeros behind the
// last gzip member are ignored, because some archivers fill a block with them.
class StreamDecoder {
 public:
  enum class Format { gzip, zstd };

  static constexpr std::size_t magic_bytes = 4;  // The format is known after so many bytes.

  // The format of a file that begins like this; nothing for any other file.
  static std::optional<Format> format_of(Bytes front);
  // Whether a longer front could have a format.
  static bool may_have_format(Bytes front);

  explicit StreamDecoder(Format format);

  const char* name() const { return format_ == Format::gzip ? "gzip" : "zstd"; }

  // Unpacks until `out` is full or `input` is used up, and removes from `input` what was taken.
  // Returns the number of bytes in `out`. Error::Code::corrupt when the bytes have another format.
  Result<std::size_t> decode(Bytes& input, MutableBytes out);

  // Whether the input may end here: all members or frames are complete and handed out.
  bool is_complete() const { return !is_inside_ && !has_more_; }

 private:
  struct Step {
    std::size_t taken = 0;
    std::size_t made = 0;
  };
  Result<Step> step_gzip(Bytes input, MutableBytes out);
  Result<Step> step_zstd(Bytes input, MutableBytes out);
  Result<Step> skip_padding(Bytes input);

  struct EndGzip {
    void operator()(z_stream_s* stream) const;
  };
  struct FreeZstd {
    void operator()(ZSTD_DCtx_s* context) const;
  };

  Format format_;
  std::unique_ptr<z_stream_s, EndGzip> gzip_;
  std::unique_ptr<ZSTD_DCtx_s, FreeZstd> zstd_;
  bool is_inside_ = false;  // A member or frame has begun and not ended.
  bool is_padded_ = false;  // Nothing but zeros may follow.
  bool has_more_ = false;   // The output was full; more may come without any input.
};

}  // namespace estream
