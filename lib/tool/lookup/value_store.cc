#include "tool/lookup/value_store.h"

#include <algorithm>
#include <span>

#include "base/types.h"

namespace estream::tool {

std::uint64_t ValueStore::add(std::string_view text) {
  const std::uint64_t blocks_end = file_.size_bytes() + blocks_.size() * block_bytes;
  if (blocks_end - end_ < text.size()) {
    const std::size_t count = (text.size() + block_bytes - 1) / block_bytes;
    memory_.push_back(std::make_unique<char[]>(count * block_bytes));
    for (std::size_t i = 0; i < count; i++) {
      blocks_.push_back(memory_.back().get() + i * block_bytes);
    }
    end_ = blocks_end;
  }
  const std::uint64_t place = end_;
  const std::uint64_t at = place - file_.size_bytes();
  std::ranges::copy(text, blocks_[at / block_bytes] + at % block_bytes);
  end_ += text.size();
  return place;
}

Result<void> ValueStore::read(std::uint64_t place, std::size_t size_bytes, std::string& out) const {
  if (place >= file_.size_bytes()) {
    const std::uint64_t at = place - file_.size_bytes();
    out.append(blocks_[at / block_bytes] + at % block_bytes, size_bytes);
    return {};
  }
  const std::size_t before = out.size();
  out.resize(before + size_bytes);
  return file_.read(place, std::as_writable_bytes(std::span(out).subspan(before)));
}

Result<void> ValueStore::spill() {
  if (blocks_.empty()) return {};
  const std::uint64_t blocks_end = file_.size_bytes() + blocks_.size() * block_bytes;
  for (const char* block : blocks_) {
    TRY(file_.append(as_bytes(std::string_view(block, block_bytes))));
  }
  blocks_.clear();
  memory_.clear();
  end_ = blocks_end;
  return {};
}

}  // namespace estream::tool
