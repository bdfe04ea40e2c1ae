#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/endian.h"
#include "base/types.h"

namespace estream {

// Appends an integer, big-endian.
template <std::integral T>
void put_be(std::string& out, T value) {
  const std::size_t at = out.size();
  out.resize(at + sizeof(T));
  store_be(std::as_writable_bytes(std::span(out)), at, value);
}

// Takes big-endian values off the front of bytes that nobody vouches for. Once something is
// missing, `is_whole` is false, and what was taken means nothing.
class ByteTaker {
 public:
  explicit ByteTaker(Bytes bytes) : rest_(bytes) {}

  bool is_whole() const { return is_whole_; }
  bool is_at_end() const { return is_whole_ && rest_.empty(); }

  template <std::integral T>
  T take() {
    const Bytes bytes = take_bytes(sizeof(T));
    return is_whole_ ? load_be<T>(bytes, 0) : T();
  }

  // So many times, as far as there are bytes.
  template <class T, class Take>
  void take_each(std::vector<T>& out, std::size_t count, Take take_one) {
    for (std::size_t i = 0; i < count && is_whole_; i++) out.push_back(take_one());
  }

  Bytes take_bytes(std::size_t count) {
    is_whole_ = is_whole_ && count <= rest_.size();
    if (!is_whole_) return {};
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

 private:
  Bytes rest_;
  bool is_whole_ = true;
};

}  // namespace estream
