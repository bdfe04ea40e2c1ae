#include "tool/replay/spill_file.h"

#include <algorithm>

#include "io/temporary_file.h"

namespace estream::tool {

namespace {

constexpr std::size_t read_ahead_min = 4 << 10;
constexpr std::size_t read_ahead_max = 1 << 20;

}  // namespace

Result<std::uint64_t> SpillFile::append(Bytes bytes) {
  if (!file_.is_open()) file_ = TRY(io::open_temporary_file(*system_, directory_));
  TRY(file_.write_at(size_bytes_, bytes));
  const std::uint64_t position = size_bytes_;
  size_bytes_ += bytes.size();
  return position;
}

Result<void> SpillFile::read(std::uint64_t position, MutableBytes out) const {
  const std::size_t count = TRY(file_.read_at(position, out));
  if (count == out.size()) return {};
  return Error{Error::Code::io, file_.name() + ": ends before what was written to it"};
}

std::size_t read_ahead_bytes(const SpillOptions& options, std::size_t runs) {
  return std::clamp(options.memory_bytes / 4 / std::max<std::size_t>(1, runs), read_ahead_min,
                    read_ahead_max);
}

}  // namespace estream::tool
