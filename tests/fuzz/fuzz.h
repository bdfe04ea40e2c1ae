#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/endian.h"
#include "base/types.h"

// What the fuzz targets have in common. A target is a file fuzz_NAME.cc with libFuzzer's function:
//
//   extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
//
// It runs under libFuzzer where there is clang, and under tests/fuzz/driver.cc everywhere. Whatever
// the bytes, it must come back, and each PROPERTY in it must hold.

namespace estream::fuzz {

[[noreturn]] void broken(const char* promise, const char* file, int line);

#define PROPERTY(promise) \
  ((promise) ? void() : ::estream::fuzz::broken(#promise, __FILE__, __LINE__))

// A place that a target must come to, lest it test nothing: counted, and shown at the end by name
// when it was never reached. Global, one for each place.
class Mark {
 public:
  Mark(const char* target, const char* name);
  void reach() { count_++; }

  const char* target() const { return target_; }
  const char* name() const { return name_; }
  std::uint64_t count() const { return count_; }

 private:
  const char* target_;
  const char* name_;
  std::uint64_t count_ = 0;
};

const std::vector<Mark*>& all_marks();

// Reads an input as a list of decisions. After its end everything is zero and empty.
class Recipe {
 public:
  explicit Recipe(Bytes bytes) : rest_(bytes) {}
  Recipe(const std::uint8_t* data, std::size_t size)
      : rest_(std::as_bytes(std::span(data, size))) {}

  bool is_empty() const { return rest_.empty(); }
  Bytes rest() const { return rest_; }
  std::string_view rest_text() const { return as_text(rest_); }

  Bytes bytes(std::size_t count) {
    const Bytes taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  std::string_view text(std::size_t count) { return as_text(bytes(count)); }

  // The next bytes as a big-endian number.
  template <std::integral T>
  T number() {
    std::byte padded[sizeof(T)] = {};
    const Bytes taken = bytes(sizeof(T));
    std::copy(taken.begin(), taken.end(), padded);
    return load_be<T>(padded, 0);
  }
  std::uint8_t byte() { return number<std::uint8_t>(); }
  // One of 0 to count - 1.
  std::size_t choice(std::size_t count) { return byte() % count; }
  bool flag() { return (byte() & 1) != 0; }

  // Text of at most `longest` bytes, whose length comes first; nothing for a length of 255.
  std::optional<std::string_view> field(std::size_t longest) {
    const std::uint8_t length = byte();
    if (length == 255) return std::nullopt;
    return text(std::min<std::size_t>(length, longest));
  }

 private:
  Bytes rest_;
};

}  // namespace estream::fuzz

extern "C" {
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// Where a target has it: changes the input of `size` bytes in its place, at most to `size_max`, and
// answers its new size. The same seed makes the same change.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                    unsigned seed);

// The engine's own mutation, for custom mutators.
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t size_max);
}
