#include "window/first_offsets.h"

#include "window/state_bytes.h"

namespace estream::window {

void FirstOffsets::set(std::uint32_t source, Offset offset, Retention& retention) {
  retention.hold(source, offset);
  if (firsts_[source].value >= 0) retention.release(source, firsts_[source]);
  firsts_[source] = offset;
}

void FirstOffsets::take(FirstOffsets& other, Retention& retention) {
  for (std::uint32_t source = 0; source < firsts_.size(); source++) {
    if (other.firsts_[source].value >= 0) add(source, other.firsts_[source], retention);
  }
  other.release(retention);
}

void FirstOffsets::release(Retention& retention) {
  for (std::uint32_t source = 0; source < firsts_.size(); source++) {
    if (firsts_[source].value >= 0) retention.release(source, firsts_[source]);
    firsts_[source] = {-1};
  }
}

void FirstOffsets::save(std::string& out) const {
  for (const Offset first : firsts_) save_number(out, first.value);
}

bool FirstOffsets::load(VarintCursor& in, Retention& retention) {
  for (std::uint32_t source = 0; source < firsts_.size(); source++) {
    const Offset first = {in.varlong()};
    if (!in.ok() || first.value < -1) return false;
    if (first.value < 0) continue;
    if (!retention.has(source, first)) return false;
    set(source, first, retention);
  }
  return true;
}

}  // namespace estream::window
