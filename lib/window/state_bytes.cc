#include "window/state_bytes.h"

#include <array>

#include "base/endian.h"

namespace estream::window {

void save_number(std::string& out, std::int64_t value) {
  std::array<char, varlong_bytes_max> bytes;
  out.append(bytes.data(), store_varlong(bytes.data(), value));
}

void save_word(std::string& out, std::uint64_t value) {
  std::array<std::byte, 8> bytes;
  store_be(bytes, 0, value);
  out.append(as_text(bytes));
}

std::uint64_t load_word(VarintCursor& in) {
  const std::string_view bytes = in.bytes(8);
  return bytes.empty() ? 0 : load_be<std::uint64_t>(as_bytes(bytes), 0);
}

std::int64_t load_count(VarintCursor& in, std::int64_t least) {
  const std::int64_t count = in.varlong();
  if (count >= least && count <= count_max) return count;
  in.fail();
  return 0;
}

void save_text(std::string& out, std::string_view text) {
  save_number(out, std::ssize(text));
  out.append(text);
}

std::string_view load_text(VarintCursor& in) { return in.bytes(in.varlong()); }

void save_optional(std::string& out, std::optional<std::string_view> text) {
  save_number(out, text ? 1 : 0);
  if (text) save_text(out, *text);
}

std::optional<std::string_view> load_optional(VarintCursor& in) {
  if (in.varlong() == 0) return std::nullopt;
  return load_text(in);
}

}  // namespace estream::window
