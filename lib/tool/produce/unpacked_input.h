#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "codec/stream_decoder.h"
#include "io/system.h"

namespace estream::tool {

// A source of events that is read as its text, also when gzip or zstd has compressed it: its first
// bytes tell.
class UnpackedInput {
 public:
  // Reads from `fd`, which messages call `name`. Both must outlive this.
  UnpackedInput(io::System& system, int fd, const std::string& name)
      : system_(&system), fd_(fd), name_(&name) {}

  // As io::read_some. Error::Code::data when the source is damaged or ends too early.
  Result<std::optional<std::size_t>> read(MutableBytes out, int timeout_ms);

 private:
  Result<std::optional<std::size_t>> read_source(MutableBytes out, int timeout_ms);
  Result<std::optional<std::size_t>> read_first(MutableBytes out, int timeout_ms);

  io::System* system_;
  int fd_;
  const std::string* name_;
  bool is_at_start_ = true;
  std::optional<StreamDecoder> decoder_;  // Of a compressed source.
  std::vector<std::byte> buffer_;         // Read, and not all decoded ...
  Bytes rest_;                            // ... but for this.
};

}  // namespace estream::tool
