#include "tool/produce/unpacked_input.h"

#include "base/assert.h"
#include "base/work_meter.h"
#include "io/user_file.h"

namespace estream::tool {

namespace {

constexpr std::size_t buffer_bytes = 256 << 10;

Error damaged(const std::string& name, const std::string& problem) {
  return Error::in_file(Error::Code::data, name, problem + "; read it again from a whole copy");
}

}  // namespace

Result<std::optional<std::size_t>> UnpackedInput::read(MutableBytes out, int timeout_ms) {
  if (is_at_start_) return read_first(out, timeout_ms);
  if (!decoder_) return read_source(out, timeout_ms);
  for (;;) {
    const auto made = decoder_->decode(rest_, out);
    if (!made) return damaged(*name_, made.error().message);
    if (*made > 0) return std::optional(*made);
    ASSERT(rest_.empty());
    buffer_.resize(buffer_bytes);
    const auto count = TRY(read_source(buffer_, timeout_ms));
    if (count == 0 && !decoder_->is_complete()) {
      return damaged(*name_, std::string(decoder_->name()) + ": the data ends too early");
    }
    if (!count || *count == 0) return count;
    rest_ = Bytes(buffer_).first(*count);
  }
}

Result<std::optional<std::size_t>> UnpackedInput::read_source(MutableBytes out, int timeout_ms) {
  const auto count = TRY(io::read_some(*system_, fd_, *name_, out, timeout_ms));
  work_meter().done += static_cast<std::int64_t>(count.value_or(0));
  return count;
}

Result<std::optional<std::size_t>> UnpackedInput::read_first(MutableBytes out, int timeout_ms) {
  ASSERT(out.size() >= StreamDecoder::magic_bytes);
  std::size_t size = 0;
  do {
    // A pipe may give one byte at a time.
    const int patience = size == 0 ? timeout_ms : -1;
    const auto count = TRY(read_source(out.subspan(size), patience));
    if (!count && size == 0) return count;
    if (!count || *count == 0) break;
    size += *count;
  } while (size < StreamDecoder::magic_bytes && StreamDecoder::may_have_format(out.first(size)));
  is_at_start_ = false;
  const auto format = StreamDecoder::format_of(out.first(size));
  if (!format) return std::optional(size);
  decoder_.emplace(*format);
  buffer_.assign(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size));
  rest_ = buffer_;
  return read(out, timeout_ms);
}

}  // namespace estream::tool
