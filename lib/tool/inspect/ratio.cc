#include "tool/inspect/ratio.h"

#include <zstd.h>

#include <algorithm>

namespace estream::tool {

void Ratio::add(const BatchHeader& header, Bytes stored) {
  const std::size_t records_bytes = header.size_bytes() - batch_header_bytes;
  unsigned long long plain = records_bytes;
  if (header.codec != Codec::none && records_bytes > 0) {
    if (header.codec != Codec::zstd) return add_unknown();
    plain = ZSTD_getFrameContentSize(stored.data(), stored.size());
    if (plain == ZSTD_CONTENTSIZE_UNKNOWN || plain == ZSTD_CONTENTSIZE_ERROR) return add_unknown();
  }
  stored_ += static_cast<std::int64_t>(header.size_bytes());
  plain_ += static_cast<std::int64_t>(batch_header_bytes +
                                      std::min<unsigned long long>(plain, records_bytes_max));
}

Cell Ratio::cell() const {
  if (!is_known_ || stored_ == 0) return {};
  return ratio_cell(static_cast<double>(plain_) / static_cast<double>(stored_));
}

}  // namespace estream::tool
